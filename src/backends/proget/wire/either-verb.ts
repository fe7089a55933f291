import type { HttpAnswer, Method } from '../../../http/exchange.ts';
import { isForeignPage } from './answers.ts';

interface Answered {
  readonly answer: HttpAnswer;
  readonly method: Method;
}

/**
 * Deletes by one verb, and by the other where the server may lack the first (contract: "delete group"). If that
 * was a page of something in between, and the second call fails, the first may have had an effect: its answer counts.
 */
export async function byEitherVerb(
  send: (method: Method) => Promise<HttpAnswer>,
  [first, second]: readonly [Method, Method],
): Promise<Answered> {
  const answer = await send(first);
  if (answer.status !== 404 && answer.status !== 405) return { answer, method: first };
  const other = await send(second);
  const isLost = other.status >= 300 && isForeignPage(answer);
  return isLost ? { answer, method: first } : { answer: other, method: second };
}
