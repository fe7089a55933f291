/** What became of one row of a file of new users. */
export interface UserRowResult {
  readonly name: string;
  readonly line: number;
  readonly outcome: 'created' | 'already-there' | 'planned' | 'failed' | 'not-tried' | 'unknown';
  readonly error?: { readonly kind: string; readonly code: string; readonly message: string };
}

export interface CreatedUsers {
  readonly source: string;
  readonly kind: string;
  readonly file: string;
  readonly dryRun: boolean;
  readonly results: readonly UserRowResult[];
  readonly run?: string;
}
