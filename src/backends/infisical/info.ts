import type { KindInfo } from '../kind-info.ts';

export const INFISICAL = {
  name: 'infisical',
  server: 'an Infisical server',
  sandbox: 'sandbox:infisical',
  cloud: { us: 'https://us.infisical.com/', eu: 'https://eu.infisical.com/' },
  cloudHosts: /(^|\.)infisical\.com$/i,
  credentials: {
    types: ['api-key', 'client'],
    options: '--api-key (a token), or --client-id and --client-secret',
  },
  keyHoldsUser: false,
  hasOrganizations: true,
  hasIdentities: true,
  createOptions: ['slug', 'role'],
  engine: 'per-member',
  ignoredOptions: ['dialect'],
  emailHint: 'On Infisical a user name may differ from the e-mail address.',
} as const satisfies KindInfo;
