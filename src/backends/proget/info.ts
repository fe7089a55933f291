import type { KindInfo } from '../kind-info.ts';

export const PROGET = {
  name: 'proget',
  server: 'a ProGet server',
  sandbox: 'sandbox',
  cloud: {},
  credentials: {
    types: ['api-key', 'password'],
    options: '--api-key, or --username and --password',
  },
  keyHoldsUser: true,
  hasOrganizations: false,
  hasIdentities: false,
  createOptions: [],
  // Whole lists are sent, one after the other, and always read back.
  ignoredOptions: ['concurrency', 'verify'],
} as const satisfies KindInfo;
