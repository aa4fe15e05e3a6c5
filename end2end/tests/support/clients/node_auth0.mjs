// npm auth0 6: what an application does with its AuthenticationClient, which validates ID tokens by the published keys.
import { AuthenticationClient, UserInfoClient } from 'auth0';

export function connect({ domain, clientId, clientSecret }) {
  const auth = new AuthenticationClient({ domain, clientId, clientSecret });
  const users = new UserInfoClient({ domain });
  const data = async (answer) => (await answer).data;
  return {
    sendEmail: async (parameters, headers) => (await auth.passwordless.sendEmail(parameters, { headers })).status,
    sendSms: async (parameters, headers) => (await auth.passwordless.sendSMS(parameters, { headers })).status,
    loginWithEmail: (parameters) => data(auth.passwordless.loginWithEmail(parameters)),
    loginWithSms: (parameters) => data(auth.passwordless.loginWithSMS(parameters)),
    refresh: (refresh_token) => data(auth.oauth.refreshTokenGrant({ refresh_token })),
    revoke: async (token) => void (await auth.oauth.revokeRefreshToken({ token })),
    userInfo: (accessToken) => data(users.getUserInfo(accessToken)),
  };
}
