// npm openid-client: what an application does with it that signs its users in on Doorcode's own page.
import * as oidc from 'openid-client';

export async function connect({ domain, clientId, clientSecret, redirectUri }) {
  const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
  const config = await oidc.discovery(new URL(`https://${domain}`), clientId, undefined, authentication);
  // Answers are checked by the published keys too, and not by TLS alone.
  oidc.enableNonRepudiationChecks(config);
  const checks = new Map();
  const plain = (tokens) => ({ ...tokens, claims: tokens.claims() });
  return {
    metadata: () => config.serverMetadata(),
    /** Where to send the browser; what comes back is checked by what is remembered here, under the state. */
    begin: async (parameters) => {
      const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
      const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
      checks.set(expectedState, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true });
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
        ...parameters,
      });
      return { url: url.href, state: expectedState };
    },
    /** Exchanges the code that came to the callback: by GET in the address, by POST in the form. */
    finish: async (state, { url, form, without = [] }) => {
      const known = { ...checks.get(state) };
      for (const check of without) delete known[check];
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const came = form === undefined ? new URL(url) : new Request(url, { method: 'POST', headers, body: form });
      return plain(await oidc.authorizationCodeGrant(config, came, known));
    },
    userInfo: (accessToken, subject) => oidc.fetchUserInfo(config, accessToken, subject),
    refresh: async (refreshToken) => plain(await oidc.refreshTokenGrant(config, refreshToken)),
    revoke: async (token) => void (await oidc.tokenRevocation(config, token)),
  };
}
