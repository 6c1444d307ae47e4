/** The maximum memory of a udptool server for receipts (docs/wire-format.md, Receipts), for each thread of `--workers`. */
export const RECEIPTS_MEMORY = {
  runs: 4096,
  bytes: 64 * 1024 * 1024,
  bytesPerRun: 8 * 1024 * 1024,
  /** One address may use 1/4 of the runs and of the bytes, so that one host cannot evict all others. */
  sharePerAddress: 4,
} as const

/** Sequences whose state one byte holds: two bits each. */
export const SEQUENCES_PER_BYTE = 4
