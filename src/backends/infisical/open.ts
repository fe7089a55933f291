import type { Route } from '../../http/agent.ts';
import { HttpClient } from '../../http/client.ts';
import { Pace } from '../../http/pace.ts';
import { RATE_LIMIT } from '../../http/patience.ts';
import type { GroupDirectory } from '../port.ts';
import type { BackendContext } from '../context.ts';
import { InfisicalApi } from './api.ts';
import { InfisicalDirectory } from './directory.ts';
import { Session } from './wire/session.ts';
import { Transport } from './wire/transport.ts';

/** An Infisical source, ready to use; nothing is sent yet. */
export function openInfisical(context: BackendContext): GroupDirectory {
  const { source, clock, warn, concurrency, redact } = context;
  let route: Promise<Route> | undefined;
  const http = {
    ...context.http,
    baseUrl: context.baseUrl,
    headers: { 'user-agent': context.userAgent },
    openRoute: () => (route ??= context.http.openRoute()),
  };
  const { onBody: _, ...silent } = http;
  const session = new Session({
    http: new HttpClient(silent),
    credentials: source.credentials,
    organizationSlug: source.organizationSlug,
    clock,
    redact,
    secret: context.secret,
    warn,
  });
  const client = new HttpClient(http);
  const pace = new Pace({ clock, pause: (ms) => client.pause(ms, RATE_LIMIT) });
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
    warn,
  });
}
