/** A server's own health page. */
export interface Health {
  readonly healthy: boolean;
  readonly product: string;
  readonly release?: string;
  readonly version?: string;
  /** Parts in the server's own words: database, service, license, replication. */
  readonly parts: readonly HealthPart[];
}

export interface HealthPart {
  readonly name: string;
  readonly ok: boolean;
  readonly status: string;
  readonly details?: string;
}
