// npm @auth0/auth0-auth-js: what an application does with it.
import { AuthClient } from '@auth0/auth0-auth-js';

export function connect({ domain, clientId, clientSecret }) {
  const auth = new AuthClient({ domain, clientId, clientSecret });
  const plain = ({ accessToken, idToken, refreshToken, expiresAt, scope, claims }) => ({
    accessToken,
    idToken,
    refreshToken,
    expiresAt,
    scope,
    claims,
  });
  return {
    sendEmail: (options) => auth.passwordless.sendEmail(options),
    sendSms: (options) => auth.passwordless.sendSms(options),
    tokenByEmail: async (options) => plain(await auth.getTokenByPasswordlessEmail(options)),
    tokenBySms: async (options) => plain(await auth.getTokenByPasswordlessSms(options)),
    tokenByLink: async (url, options) => plain(await auth.getTokenByMagicLinkCode(new URL(url), options)),
    tokenByRefreshToken: async (refreshToken) => plain(await auth.getTokenByRefreshToken({ refreshToken })),
    userInfo: (accessToken) => auth.getUserInfo({ accessToken }),
  };
}
