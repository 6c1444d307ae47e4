/** The counts of a relay's direction without traffic. */
export const NO_COUNTS = {
  seen: 0,
  forwarded: 0,
  dropped: 0,
  duplicated: 0,
  reordered: 0,
  delayed: 0,
  truncated: 0,
  corrupted: 0,
  queueDropped: 0,
  refused: 0,
  abandoned: 0,
}
