import { quote } from '../domain/shorten.ts';
import type { BackendContext } from './context.ts';
import { usageError } from '../errors.ts';
import { kindInfo, type KindName } from './kinds.ts';
import type { GroupDirectory } from './port.ts';

type OpenBackend = (context: BackendContext) => Promise<GroupDirectory>;

/** Kind → backend; a new kind of server is a folder, a line in kinds.ts and one here. */
const BACKENDS: Readonly<Record<KindName, OpenBackend>> = {
  proget: async (context) => (await import('./proget/open.ts')).openProget(context),
  infisical: async (context) => (await import('./infisical/open.ts')).openInfisical(context),
};

export async function openBackend(context: BackendContext): Promise<GroupDirectory> {
  const { name, kind } = context.source;
  if (kindInfo(kind) === undefined) {
    throw usageError(
      `The source ${quote(name)} is of kind ${kind}, which this version cannot talk to.`,
      `Kinds: ${Object.keys(BACKENDS).join(', ')}.`,
      'unknown-kind',
    );
  }
  return await BACKENDS[kind as KindName](context);
}
