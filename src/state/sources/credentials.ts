import { capitalized } from '../../domain/capitalized.ts';
import { kindInfo, KINDS } from '../../backends/kinds.ts';
import type { Credentials, SourceKind } from '../../domain/source.ts';
import { bothGivenError, type GroupctlError, usageError } from '../../errors.ts';
import { assertCleanSecret, withoutLineEnding } from './secret-text.ts';

/** Credentials, from wherever their parts were given. */

type Env = Readonly<Record<string, string | undefined>>;

const PARTS = ['apiKey', 'username', 'password', 'clientId', 'clientSecret'] as const;
type Part = (typeof PARTS)[number];
type CredentialParts<T> = { readonly [P in Part]?: T };

/** What each part is called as an option. */
const OPTION_NAMES: Readonly<Record<Part, string>> = {
  apiKey: '--api-key',
  username: '--username',
  password: '--password',
  clientId: '--client-id',
  clientSecret: '--client-secret',
};

const VARIABLE_NAMES: Readonly<Record<Part, string>> = {
  apiKey: 'GROUPCTL_API_KEY',
  username: 'GROUPCTL_USERNAME',
  password: 'GROUPCTL_PASSWORD',
  clientId: 'GROUPCTL_CLIENT_ID',
  clientSecret: 'GROUPCTL_CLIENT_SECRET',
};

/** The parts that belong together. */
const FORM: Readonly<Record<Part, string>> = {
  apiKey: 'key',
  username: 'login',
  password: 'login',
  clientId: 'client',
  clientSecret: 'client',
};

interface CredentialRules {
  readonly say?: CredentialParts<string>;
  readonly keepQuotes?: boolean | undefined;
}

/**
 * A key, or a user name with its password, or a client id with its secret.
 *
 * @param say what each part is called where it came from
 * @param keepQuotes quotes around a part belong to it
 * @throws usage (2) for half of a pair, and for two of the three; `bad-secret`
 */
export function credentialsFrom(
  parts: CredentialParts<string | undefined>,
  { say = OPTION_NAMES, keepQuotes = false }: CredentialRules = {},
): Credentials | undefined {
  const name = (part: Part): string => say[part] ?? OPTION_NAMES[part];
  const given = PARTS.filter((part) => parts[part] !== undefined);
  const [first] = given;
  if (first === undefined) return undefined;
  const other = given.find((part) => FORM[part] !== FORM[first]);
  if (other !== undefined) {
    throw bothGivenError(name(first), name(other));
  }
  const typed = say === OPTION_NAMES;
  for (const part of given) assertCleanSecret(parts[part] ?? '', name(part), { keepQuotes, typed });
  const { apiKey, username, password, clientId, clientSecret } = parts;
  if (apiKey !== undefined) return { type: 'api-key', apiKey };
  if (username !== undefined || password !== undefined) {
    if (username === undefined) throw halfCredentialsError(name('password'), name('username'));
    if (password === undefined) throw halfCredentialsError(name('username'), name('password'));
    return { type: 'password', username, password };
  }
  if (clientId === undefined) throw halfCredentialsError(name('clientSecret'), name('clientId'));
  if (clientSecret === undefined) {
    const hint = say === OPTION_NAMES ? 'Give it with --client-secret-stdin.' : undefined;
    throw halfCredentialsError(name('clientId'), name('clientSecret'), hint);
  }
  return { type: 'client', clientId, clientSecret };
}

export function halfCredentialsError(given: string, missing: string, hint?: string): GroupctlError {
  return usageError(`${given} is given without ${missing}.`, hint);
}

/** @throws usage (2) for credentials that this kind of server has no use for */
export function assertFits(
  kind: SourceKind,
  credentials: Pick<Credentials, 'type'> | undefined,
): void {
  const info = kindInfo(kind);
  if (info === undefined || credentials === undefined) return;
  if (info.credentials.types.includes(credentials.type)) return;
  const other = KINDS.find((each) => each.credentials.types.includes(credentials.type));
  const kindHint = other === undefined ? '' : ` For ${other.server} add --kind=${other.name}.`;
  throw usageError(
    `${capitalized(info.server)} takes ${info.credentials.options}.`,
    `Not ${OPTION_NAMES[PARTS_OF[credentials.type][0]]}.${kindHint}`,
  );
}

/** The parts of each type of credentials. */
const PARTS_OF: Readonly<Record<Credentials['type'], readonly [Part, ...Part[]]>> = {
  'api-key': ['apiKey'],
  password: ['username', 'password'],
  client: ['clientId', 'clientSecret'],
};

/** Variables of another kind of server are ignored: they are for another server. */
export function envCredentials(
  env: Env,
  kind: SourceKind,
  keepQuotes?: boolean,
): Credentials | undefined {
  const types = kindInfo(kind)?.credentials.types ?? [];
  const usable = types.flatMap((type) => PARTS_OF[type]);
  const parts = usable.flatMap((part) => {
    const value = env[VARIABLE_NAMES[part]];
    const isGiven = value !== undefined && value.trim() !== '';
    return isGiven ? [[part, withoutLineEnding(value)] as const] : [];
  });
  return credentialsFrom(Object.fromEntries(parts), { say: VARIABLE_NAMES, keepQuotes });
}

/** Like credentials: ignored for a server without organizations. */
export function envOrganizationSlug(env: Env, kind: SourceKind): string | undefined {
  const slug = env['GROUPCTL_ORGANIZATION_SLUG']?.trim();
  return slug === '' || kindInfo(kind)?.hasOrganizations !== true ? undefined : slug;
}

/**
 * @throws usage (2) for a slug that would have no effect: it is sent with a login, and chooses the
 *   organization of the token that the login gives
 */
export function assertSlugFits(
  kind: SourceKind,
  credentials: Pick<Credentials, 'type'> | undefined,
  slug: string | undefined,
): void {
  if (slug === undefined) return;
  const info = kindInfo(kind);
  if (info?.hasOrganizations === false) {
    throw usageError(
      `${capitalized(info.server)} has no organizations.`,
      'Leave --organization-slug out.',
    );
  }
  if (credentials?.type === 'api-key') {
    throw usageError(
      'A token belongs to one organization already, and the organization slug has no effect on it.',
      'Log in with --client-id and --client-secret, or leave --organization-slug (GROUPCTL_ORGANIZATION_SLUG) out.',
    );
  }
}
