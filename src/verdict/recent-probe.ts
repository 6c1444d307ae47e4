/** A run of `/probe` that has ended. */
export interface RecentProbe {
  /** Its log is `/logs?id=N`. */
  readonly id: number
  /** When the request came, ms since 1970. */
  readonly at: number
  readonly target: string
  readonly module: string
  readonly isSuccess: boolean
  readonly durationMs: number
  /** Why there was no Result, in a few words. */
  readonly failure?: string
}
