/** One check of `udptool check`. */
export interface CheckRow {
  readonly id: string
  readonly name: string
  readonly expected: string
  readonly observed: string
  readonly verdict: 'pass' | 'fail' | 'skipped'
  /** Why it failed or was skipped. */
  readonly reason?: string | undefined
}
