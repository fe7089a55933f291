import type { Credentials } from '../../domain/source.ts';
import { usageError } from '../../errors.ts';
import { HttpClient } from '../../http/client.ts';
import { Patience } from '../../http/patience.ts';
import type { GroupDirectory } from '../port.ts';
import type { BackendContext } from '../context.ts';
import { ProgetAccounts } from './accounts.ts';
import { ProgetApi } from './api.ts';
import { ProgetDirectory } from './directory.ts';
import { ProgetReader } from './reader.ts';
import { ProgetSecurity } from './security/admin.ts';
import { SecurityApi } from './security/api.ts';

/** A ProGet source, ready to use; nothing is sent yet. */
export function openProget(context: BackendContext): GroupDirectory {
  const { source, clock, settleMs, settleLimitMs, lock, trace, redact, holdsSecret } = context;
  const { warn } = context;
  const key = apiKey(source.credentials);
  const http = {
    ...context.http,
    patience: new Patience(clock),
    baseUrl: context.baseUrl,
    headers: {
      'user-agent': context.userAgent,
      ...(key === undefined ? {} : { 'x-apikey': key }),
    },
  };
  const client = new HttpClient(http);
  // Its answers may hold other people's API keys: no body is shown. Opened when it is first used.
  const { onBody } = context.http;
  const withoutBodies = new HttpClient({
    ...http,
    ...(onBody === undefined ? {} : { onBody: () => onBody(NOT_SHOWN) }),
  });
  const dialect = source.dialect ?? 'auto';
  const api = new ProgetApi(client, { source, redact, holdsSecret, isOlder: dialect === 'add' });
  const reader = new ProgetReader(api, clock, dialect, context.onGroups);
  const securityApi = new SecurityApi({
    source,
    http: client,
    withoutBodies,
    redact,
    holdsSecret,
    secret: context.secret,
  });
  return new ProgetDirectory({
    api,
    reader,
    clock,
    settleMs,
    settleLimitMs,
    lock,
    dialect,
    trace,
    warn,
    accounts: new ProgetAccounts(securityApi, reader),
    security: new ProgetSecurity(securityApi, { api, reader, warn }),
    close: async () => {
      await client.close();
      await withoutBodies.close();
    },
  });
}

const NOT_SHOWN = '(an answer that may hold API keys is not shown)';

/**
 * The X-ApiKey header: a key, or the pseudo-key `user:password` (contract: "Connecting"). Never in
 * the URL, where it would be logged.
 */
function apiKey(credentials: Credentials | undefined): string | undefined {
  if (credentials === undefined) return undefined;
  if (credentials.type === 'client') {
    throw usageError(
      'A ProGet source takes an API key or a user name and password.',
      'It has a client id.',
    );
  }
  const key =
    credentials.type === 'api-key'
      ? credentials.apiKey
      : `${credentials.username}:${credentials.password}`;
  // eslint-disable-next-line no-control-regex -- a header cannot carry these
  if (/[\u0000-\u001f\u007f]/.test(key)) {
    throw usageError(
      'The key or password contains a control character.',
      'Remove it and try again.',
    );
  }
  // Headers are bytes: what is not ASCII travels as UTF-8.
  return Buffer.from(key, 'utf8').toString('latin1');
}
