import type { SlotState } from '../../verdict/monitor/view.ts'
import type { Style } from './style.ts'

/** How a slot is shown in a strip. */
export interface Mark {
  readonly state: SlotState
  /** One column. Each state has its own, so that a strip can be read without colours. */
  readonly mark: string
  readonly style: Style
  readonly meaning: string
}

/** All states, in the order of a legend read backwards: first what needs no explanation. */
export const MARKS: readonly Mark[] = [
  { state: 'paused', mark: '‖', style: 'dim', meaning: 'paused' },
  { state: 'intact', mark: '▪', style: 'green', meaning: 'whole reply' },
  { state: 'waiting', mark: '·', style: 'dim', meaning: 'waiting for a reply' },
  { state: 'missed', mark: '_', style: 'blue', meaning: 'not sent, this process was late' },
  { state: 'late', mark: 'L', style: 'yellow', meaning: 'late reply' },
  { state: 'truncated', mark: 'T', style: 'magenta', meaning: 'truncated reply' },
  { state: 'corrupt', mark: 'C', style: 'magenta', meaning: 'reply with wrong bytes' },
  { state: 'refused', mark: 'R', style: 'blue', meaning: 'refused by our own kernel' },
  { state: 'lost', mark: '?', style: 'red', meaning: 'lost, direction not known yet' },
  { state: 'lostUnknown', mark: '×', style: 'red', meaning: 'lost, place unknown' },
  { state: 'lostServerPolicy', mark: 'W', style: 'red', meaning: 'withheld by the server' },
  { state: 'lostClientBuffer', mark: 'b', style: 'red', meaning: 'our own buffer was full' },
  { state: 'lostServerBuffer', mark: 'B', style: 'red', meaning: 'server buffer was full' },
  { state: 'lostReturn', mark: '←', style: 'red', meaning: 'lost, server to client' },
  { state: 'lostForward', mark: '→', style: 'red', meaning: 'lost, client to server' },
  { state: 'unreachable', mark: 'U', style: 'red', meaning: 'an ICMP error came back' },
]

const BY_STATE: ReadonlyMap<SlotState, Mark> = new Map(MARKS.map(mark => [mark.state, mark]))
const UNKNOWN: Mark = { state: 'lost', mark: '?', style: 'red', meaning: '' }

export function markOf(state: SlotState): Mark {
  return BY_STATE.get(state) ?? UNKNOWN
}
