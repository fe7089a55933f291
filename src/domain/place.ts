/** Where a plan applies, and where its names are from: what a person checks before a yes. */
export interface PlanPlace {
  readonly source: string;
  readonly url: string;
  /** The file that the names are from, and its column where it has columns. */
  readonly file?: string | undefined;
  readonly column?: string | undefined;
}
