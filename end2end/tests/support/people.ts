// The administrators that an installation has before a test begins.

export type Role = 'owner' | 'editor' | 'viewer';

export const people: Record<Role, { email: string; password: string }> = {
  owner: { email: 'olga@doorcode.example', password: 'olga opens every door' },
  editor: { email: 'edgar@doorcode.example', password: 'edgar edits the settings' },
  viewer: { email: 'vera@doorcode.example', password: 'vera only looks at them' },
};
