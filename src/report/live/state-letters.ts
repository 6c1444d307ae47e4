import type { SlotState } from '../../verdict/monitor/view.ts'

/** One letter for each state of a slot, so that a strip is a short text. */
export const STATE_LETTERS: Readonly<Record<SlotState, string>> = {
  intact: 'i',
  late: 'l',
  truncated: 't',
  corrupt: 'c',
  refused: 'r',
  unreachable: 'u',
  lostForward: 'f',
  lostServerBuffer: 'b',
  lostServerPolicy: 'p',
  lostReturn: 'n',
  lostClientBuffer: 'k',
  lostUnknown: 'x',
  waiting: 'w',
  lost: 'o',
  missed: 'm',
  paused: '-',
}
