/** Which functions are called, by place in the text ("12-80"). */
export type Calls = ReadonlyMap<string, { readonly isCalled: boolean; readonly isInAdd: boolean }>;

export function splitRare(
  text: string,
  rareName: string,
  callsAt: Calls,
): { readonly text: string; readonly rare?: string };
