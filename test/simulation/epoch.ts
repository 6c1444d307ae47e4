/** Real time (UTC) at the start of virtual time. */
export const EPOCH = { seconds: 1_700_000_000, nanos: 250_000_000 } as const
