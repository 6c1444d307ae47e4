/** The counts of a way through a relay on which nothing happened. */
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
