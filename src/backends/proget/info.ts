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
  engine: 'whole-list',
  ignoredOptions: [],
} as const satisfies KindInfo;
