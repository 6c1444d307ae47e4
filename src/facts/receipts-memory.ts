/** What a udptool server remembers for receipts, at most (docs/wire-format.md, Receipts). Each thread of `--workers` remembers so much. */
export const RECEIPTS_MEMORY = {
  runs: 4096,
  bytes: 64 * 1024 * 1024,
  bytesPerRun: 8 * 1024 * 1024,
  /** One address may use this share of the runs and of the bytes, so that one host cannot push out all others. */
  sharePerAddress: 4,
} as const

/** Sequences whose state one byte holds: two bits each. */
export const SEQUENCES_PER_BYTE = 4
