/** Why a server does not answer a datagram (docs/serve.md). */
export const DROP_REASONS = [
  'sourcePort',
  'sourceRate',
  'hops',
  'rate',
  'denied',
  'kind',
  'short',
  'malformed',
  'unauthenticated',
  'replayed',
  'unknownSession',
  'interval',
  'discard',
  'sendFailed',
  'sendBufferFull',
  'unreachable',
  'delayFull',
  'shutdown',
] as const
export type DropReason = (typeof DROP_REASONS)[number]
