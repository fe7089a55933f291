import * as v from 'valibot';
import { GroupctlError, isGroupctlError, reworded } from '../../../errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import type { HttpAnswer, HttpRequest } from '../../../http/exchange.ts';
import type { Pace } from '../../../http/pace.ts';
import { assertNoSecret, type HoldsSecret } from '../../../http/echo.ts';
import { redacted } from '../../../http/redact.ts';
import { READ_RETRIES } from '../../../http/retry.ts';
import type { Sending } from '../../per-member/member-store.ts';
import { wordHint } from './hints.ts';
import { isTokenRefusal, refusedError } from './refusal.ts';
import type { Grant, Session } from './session.ts';

const LOGIN_HINT =
  'The server refuses a token that its own login gave: check on the server whether the identity may still log in.';

interface TransportOptions {
  readonly http: HttpClient;
  readonly session: Session;
  readonly pace: Pace;
  readonly redact: (text: string) => string;
  readonly holdsSecret: HoldsSecret | undefined;
  readonly close: () => Promise<void>;
}

/**
 * One call to the server: with the run's token, at the server's pace, with its failures as
 * groupctl's errors.
 */
export class Transport {
  readonly #options: TransportOptions;
  /** The headers of the last call: the same object for the same token. */
  #last: { grant: Grant; headers: Readonly<Record<string, string>> } | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get where(): string {
    return this.#options.http.where;
  }

  /**
   * Sends with the token of the run, or with a new one if that has run out.
   *
   * @param patient a 429 is waited out as often as it comes, for 10 minutes; else three times
   * @throws network (6), protocol (1), interrupted (130), what `sending` throws; `unsent` where a login, a wait or
   *   `sending` failed before a write
   */
  async send(request: HttpRequest, patient: boolean, sending?: Sending): Promise<HttpAnswer> {
    const call = { isSent: false };
    const noting = sending && {
      before: () => sending.before(),
      sent: () => {
        call.isSent = true;
        sending.sent?.();
      },
      turnedAway: () => {
        call.isSent = false;
        sending.turnedAway?.();
      },
    };
    try {
      return await this.#send(request, patient, noting);
    } catch (error) {
      if (!isGroupctlError(error)) throw error;
      const clean = redacted(error, this.#options.redact);
      throw sending === undefined || call.isSent ? clean : reworded(clean, { unsent: true });
    }
  }

  async #send(request: HttpRequest, patient: boolean, sending?: Sending): Promise<HttpAnswer> {
    const { http, session, pace } = this.#options;
    const { method, path, json, interruptible } = request;
    const kind = method === 'GET' ? 'read' : 'write';
    let grant = session.current ?? (await session.grant());
    let refusals = 0;
    for (;;) {
      if (!pace.tryEnter(kind)) await pace.enter(kind);
      const blocksSeen = pace.blocksSeen(kind);
      let answer: HttpAnswer | undefined;
      try {
        if (sending !== undefined) await sending.before();
        const headers = grant === undefined ? undefined : this.#headers(grant);
        const paced = { method, path, json, interruptible, paced: true, headers };
        answer = await http.send(paced, sending);
      } finally {
        pace.leave(kind, answer);
      }
      if (answer.status === 429) {
        sending?.turnedAway?.();
        pace.block(kind, http.retryAfterMs(answer), blocksSeen);
        if (!patient && ++refusals > READ_RETRIES) return answer;
        continue;
      }
      if (grant === undefined) return answer;
      if (!isTokenRefusal(answer)) {
        grant.worked = true;
        return answer;
      }
      sending?.turnedAway?.();
      const fresh = await session.renew(grant);
      if (fresh === undefined) return answer;
      grant = fresh;
    }
  }

  #headers(grant: Grant): Readonly<Record<string, string>> {
    if (this.#last?.grant !== grant) {
      this.#last = { grant, headers: { authorization: `Bearer ${grant.token}` } };
    }
    return this.#last.headers;
  }

  /** @throws what an answer that is not 2xx stands for */
  assertOk(answer: HttpAnswer, call: string): void {
    if (answer.status >= 200 && answer.status < 300) return;
    const { http, session, redact } = this.#options;
    const error = refusedError(answer, call, http, redact);
    const isOfLogin = isTokenRefusal(answer) && session.signsIn;
    const isExplained = wordHint(error.serverText) !== undefined;
    throw isOfLogin && !isExplained ? reworded(error, { hint: LOGIN_HINT }) : error;
  }

  /** @throws protocol (1) for an answer that is not what Infisical sends */
  parse<T>(schema: v.GenericSchema<unknown, T>, answer: HttpAnswer, call: string): T {
    const parsed = v.safeParse(schema, this.json(answer, call));
    if (parsed.success) return parsed.output;
    const place = v.getDotPath(parsed.issues[0]) ?? 'the top level';
    throw new GroupctlError(
      'protocol',
      `The answer to ${call} is not what Infisical sends: ${place} is not as expected.`,
      {
        code: 'unexpected-answer',
        hint: 'Check the URL and the kind of the source; --show-body shows what came.',
        status: answer.status,
      },
    );
  }

  /** @throws protocol (1) for a page, what is no JSON, or a secret of this run in it */
  json(answer: HttpAnswer, call: string): unknown {
    const { redact, holdsSecret } = this.#options;
    let json: unknown;
    try {
      json = answer.json();
    } catch (error) {
      throw isGroupctlError(error) ? redacted(error, redact, answer.status) : error;
    }
    assertNoSecret(json, holdsSecret, answer, { where: this.where, call });
    return json;
  }

  /** Without a token, and not counted against any limit. */
  async sendOpenly(path: string): Promise<HttpAnswer> {
    const { http, redact } = this.#options;
    try {
      return await http.send({ method: 'GET', path });
    } catch (error) {
      throw isGroupctlError(error) ? redacted(error, redact) : error;
    }
  }

  async close(): Promise<void> {
    await this.#options.close();
  }
}
