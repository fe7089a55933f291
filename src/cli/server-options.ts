/** The options that say which server a command talks to, and under which account. */
export const SERVER_OPTIONS = [
  { key: 'source', long: '--source', takesValue: true, isCredential: false },
  { key: 'kind', long: '--kind', takesValue: true, isCredential: false },
  { key: 'apiKey', long: '--api-key', takesValue: true, isCredential: true },
  { key: 'apiKeyStdin', long: '--api-key-stdin', takesValue: false, isCredential: true },
  { key: 'username', long: '--username', takesValue: true, isCredential: true },
  { key: 'password', long: '--password', takesValue: true, isCredential: true },
  { key: 'clientId', long: '--client-id', takesValue: true, isCredential: true },
  { key: 'clientSecret', long: '--client-secret', takesValue: true, isCredential: true },
  {
    key: 'clientSecretStdin',
    long: '--client-secret-stdin',
    takesValue: false,
    isCredential: true,
  },
  { key: 'organizationSlug', long: '--organization-slug', takesValue: true, isCredential: false },
] as const;
