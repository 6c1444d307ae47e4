import { formatAddress } from '../../base/address.ts'
import { toMs } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import type { NtpAnswer } from '../../wire/services/answers.ts'
import type { Answered } from './answered.ts'
import type { NtpFigures } from './ntp-figures.ts'
import type { QueryDocument } from './query-document.ts'

type AnswerFigures = Pick<QueryDocument, 'dns' | 'ntp' | 'stun' | 'quic' | 'sip' | 'coap'>

/** What an answer says, as the part of the document that is named after its service. */
export function answerFigures({ answer, ntp }: Answered): AnswerFigures {
  switch (answer.service) {
    case 'dns': {
      const { rcode, answers, authorities, additionals, aa, tc, ra, ad, records, edns } = answer
      return { dns: { rcode, answers, authorities, additionals, aa, tc, ra, ad, records, ...present({ edns }) } }
    }
    case 'ntp':
      return { ntp: ntpPart(answer, ntp) }
    case 'stun': {
      const { mapped, software, error } = answer
      return { stun: present({ mapped: mapped && formatAddress(mapped), software, error }) }
    }
    case 'quic':
      return { quic: { versions: answer.versions } }
    case 'sip': {
      const { status, reason, server, allow } = answer
      return { sip: present({ status, reason, server, allow }) }
    }
    case 'coap':
      return { coap: { messageId: answer.messageId } }
    default:
      return {}
  }
}

function ntpPart(answer: NtpAnswer, figures: NtpFigures | undefined): NonNullable<QueryDocument['ntp']> {
  const { version, stratum, leap, kiss, precision, rootDelay, rootDispersion, referenceId } = answer
  return present({
    version,
    stratum,
    leap,
    kiss,
    offsetMs: figures && toMs(figures.offset),
    offsetErrorMs: figures && toMs(figures.offsetError),
    delayMs: figures && toMs(figures.delay),
    precisionMs: toMs(precision),
    rootDelayMs: toMs(rootDelay),
    rootDispersionMs: toMs(rootDispersion),
    rootDistanceMs: figures && toMs(figures.rootDistance),
    referenceId,
  })
}
