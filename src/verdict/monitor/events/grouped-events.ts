import { counted } from '../../../base/counted.ts'
import type { Nanos } from '../../../base/nanos.ts'
import type { FlowEvent } from './flow-event.ts'
import { spanText } from './span.ts'

/** An event of one of the flows of a target. */
export interface TargetFlowEvent extends FlowEvent {
  readonly flow: number
  /** Source port of the flow at that time. */
  readonly port: number | undefined
}

export interface EventText {
  readonly kind: FlowEvent['kind']
  readonly moment: Nanos
  readonly text: string
}

/** Events of a target that belong together: the same happened to several flows within two intervals. */
export type EventGroup = readonly [TargetFlowEvent, ...TargetFlowEvent[]]

/**
 * @param events in order of their moments
 * @param wait two intervals
 */
export function groupEvents(events: readonly TargetFlowEvent[], wait: Nanos): EventGroup[] {
  const groups: [TargetFlowEvent, ...TargetFlowEvent[]][] = []
  for (const event of events) {
    const group = groups.findLast(others => belongs(event, others, wait))
    if (group === undefined) groups.push([event])
    else group.push(event)
  }
  return groups
}

/** More events than these, one for each flow, would hide what else happened. */
const MOST_NAMED = 8

/**
 * A group for people: what happened to all flows or to many of them is one event, otherwise each is that of its source port. A suspension is
 * one of the process, so it is always one event.
 */
export function eventTexts(group: EventGroup, flows: number): EventText[] {
  const isOne = group.length === flows || group.length > MOST_NAMED || group[0].kind === 'suspended'
  if (isOne) return [merged(group, flows)]
  return group.map(one => ({ kind: one.kind, moment: one.moment, text: `${sourceName(one)}: ${textOf(one)}` }))
}

function belongs(event: TargetFlowEvent, [first, ...others]: EventGroup, wait: Nanos): boolean {
  if (event.kind !== first.kind || event.text !== first.text) return false
  if (Math.abs(event.moment - first.moment) > wait) return false
  return event.flow !== first.flow && others.every(({ flow }) => flow !== event.flow)
}

function merged(group: EventGroup, flows: number): EventText {
  const [first] = group
  const probes = group.reduce((sum, one) => sum + one.probes, 0)
  const length = group.reduce((most, one) => Math.max(most, one.length), 0)
  const which = group.length === flows ? `all ${flows}` : `${group.length} of ${flows}`
  const where = flows > 1 && first.kind !== 'suspended' ? ` on ${which} flows` : ''
  // The numbers of a beginning outage are those of a flow.
  const text = textOf(first.kind === 'outageBegan' ? first : { ...first, probes, length })
  return { kind: first.kind, moment: first.moment, text: text + where }
}

function sourceName({ port, flow }: TargetFlowEvent): string {
  return port === undefined ? `flow ${flow + 1}` : `source port ${port}`
}

function textOf({ kind, text, probes, length }: FlowEvent): string {
  switch (kind) {
    case 'outageBegan':
      return `no reply to ${probes} probes in a row`
    case 'outageEnded':
      return `${counted(probes, 'probe')} lost in ${spanText(length)}`
    case 'suspended':
      return `this process did not run for at least ${spanText(length)}: ${counted(probes, 'probe')} ${probes === 1 ? 'was' : 'were'} not sent`
    default:
      return text
  }
}
