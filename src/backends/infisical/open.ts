import type { Route } from '../../http/agent.ts';
import { HttpClient } from '../../http/client.ts';
import { Redactor } from '../../http/redact.ts';
import { Pace } from '../../http/pace.ts';
import { RATE_LIMIT } from '../../http/patience.ts';
import type { GroupDirectory } from '../port.ts';
import type { BackendContext } from '../context.ts';
import { InfisicalApi } from './api.ts';
import { InfisicalDirectory } from './directory.ts';
import { Session } from './wire/session.ts';
import { Transport } from './wire/transport.ts';

/** Calls under way at once: 102 adds a second, where one after the other it was 64. */
const CONCURRENCY = 8;

/** An Infisical source, ready to use; nothing is sent yet. */
export function openInfisical(context: BackendContext): GroupDirectory {
  const { source, clock, warn = () => undefined, concurrency = CONCURRENCY } = context;
  let route: Promise<Route> | undefined;
  const http = {
    ...context.http,
    baseUrl: context.baseUrl,
    headers: { 'user-agent': context.userAgent },
    openRoute: () => (route ??= context.http.openRoute()),
  };
  // Of tokens that were got on the way; the ones that were given are known already.
  const redactor = new Redactor();
  const redact = (text: string): string => redactor.clean(context.redact(text));
  const { onBody: _, ...silent } = http;
  const session = new Session({
    http: new HttpClient(silent),
    credentials: source.credentials,
    organizationSlug: source.organizationSlug,
    clock,
    redact,
    secret: (secret) => {
      redactor.add(secret);
      context.secret?.(secret);
    },
    warn,
  });
  const client = new HttpClient(http);
  const pace = new Pace({
    clock,
    pause: (ms) => client.pause(ms, RATE_LIMIT),
  });
  const transport = new Transport({
    http: client,
    session,
    pace,
    redact,
    holdsSecret: context.holdsSecret,
    close: async () => {
      await (await route?.catch(() => undefined))?.agent.destroy();
    },
  });
  return new InfisicalDirectory({
    api: new InfisicalApi(transport),
    session,
    onGroups: context.onGroups,
    clock,
    concurrency,
    lock: context.lock,
  });
}
