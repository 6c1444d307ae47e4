import type { Result } from '../../verdict/result.ts'
import { gauge, type Family, type Labels } from './exposition.ts'
import type { SamplesOf } from './query-metrics.ts'

type Stamp = NonNullable<Result['stamp']>

/** The metrics of runs of another protocol. */
export function protocolFamilies(of: SamplesOf): readonly Family<Labels>[] {
  return [
    gauge(
      'udptool_reflector',
      '1, with what the STAMP reflector proved to be: only a stateful or direct one gives losses a direction.',
      of(({ result }) => {
        const kind = result?.evidence.reflector
        return kind === undefined ? [] : [[{ kind }, 1]]
      }),
    ),
    gauge(
      'udptool_reflector_restarts',
      'How often the count of the STAMP reflector began again.',
      of(({ result }) => [[{}, result?.stamp?.counts?.restarts]]),
    ),
    gauge(
      'udptool_tlv_replies',
      'First replies of a STAMP run by the state of a TLV.',
      of(({ result }) => (result?.stamp?.tlvs ?? []).flatMap(statesOf)),
    ),
    gauge(
      'udptool_forged',
      'Datagrams without a right HMAC.',
      of(({ result }) => [[{}, result?.stamp?.forged ?? result?.irtt?.forged]]),
    ),
  ]
}

function statesOf({ tlv, ...counts }: Stamp['tlvs'][number]): (readonly [Labels, number])[] {
  return Object.entries(counts).flatMap(([state, count]) =>
    state === 'sent' ? [] : [[{ tlv, state }, count] as const],
  )
}
