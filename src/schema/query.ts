import { z } from 'zod'
import { count, ms } from './figures.ts'

/**
 * The single source of the document of `udptool query --json`: its TypeScript type (`verdict/query/query-document.ts`) and the JSON Schema
 * in the package are made from it. Times are milliseconds, sizes bytes. Unobserved values are absent.
 */
const fates = z
  .strictObject({
    answered: count.describe('A datagram from the target answers it, and came within the timeout.'),
    askedAgain: count
      .optional()
      .describe('An answer came within the timeout that leaves a doubt, and another request followed.'),
    late: count.optional().describe('Its answer came after the timeout.'),
    unreachable: count.optional().describe('An ICMP error came back, and no answer.'),
    refused: count.optional().describe('Our own kernel refused to send it.'),
    silent: count.optional().describe('None of these.'),
    unfinished: count.optional().describe('The run was interrupted before.'),
  })
  .describe('Every request has exactly one fate; they add up to `requests`. Absent is 0.')

const reply = z
  .strictObject({
    count: count.describe('Questions with an answer in time.'),
    length: count.describe('Bytes.'),
    text: z.string().optional().describe('Absent if the bytes are not UTF-8.'),
    hex: z.string(),
  })
  .describe('The answer to the last answered question; with several samples the one that counts. Absent: no answer.')

const record = z.strictObject({
  name: z.string(),
  type: z.string(),
  class: z.string(),
  ttl: count.describe('Seconds.'),
  data: z.string().describe('As in a zone file.'),
})

const dns = z
  .strictObject({
    rcode: z.string(),
    answers: count.describe('Records in the answer section.'),
    authorities: count,
    additionals: count.describe('Without the OPT record.'),
    aa: z.boolean().describe('Authoritative answer.'),
    tc: z.boolean().describe('Truncated.'),
    ra: z.boolean().describe('Recursion available.'),
    ad: z.boolean().describe('Authentic data (RFC 4035 section 3.2.3).'),
    records: z.array(record).describe('The answer section.'),
    edns: z
      .strictObject({
        version: count,
        size: count.describe('UDP payload size of the server.'),
        dnssecOk: z.boolean(),
        errors: z.array(z.string()).describe('Extended DNS errors (RFC 8914).'),
      })
      .optional()
      .describe('Absent: the answer has no OPT record.'),
  })
  .describe('What a name server answered (RFC 1035).')

const ntp = z
  .strictObject({
    version: count,
    stratum: count.describe('1 to 15; 16 not synchronized; 0 not specified, or a kiss-o’-death.'),
    leap: z.enum(['none', 'add', 'delete', 'unknown']).describe('`unknown`: the clock is not synchronized.'),
    kiss: z.string().optional().describe('The kiss code of a packet with stratum 0. It has no figures.'),
    offsetMs: ms
      .optional()
      .describe(
        'Clock of the server minus ours (RFC 5905 section 8). Absent with a kiss code, or if the server sent no time.',
      ),
    offsetErrorMs: ms
      .optional()
      .describe(
        'Bound of its error: half the delay, because the path may be one-sided, and the precision of both clocks.',
      ),
    delayMs: ms.optional().describe('Round trip without the time in the server. Negative: the timestamps contradict.'),
    precisionMs: ms.describe('Precision of the clock of the server.'),
    rootDelayMs: ms,
    rootDispersionMs: ms,
    rootDistanceMs: ms
      .optional()
      .describe('Bound of the error against the primary source, without jitter (RFC 5905 appendix A.5.5.2).'),
    referenceId: z.string(),
  })
  .describe('What a time server answered (RFC 5905). Of several samples, that with the least delay.')

const stun = z
  .strictObject({
    mapped: z
      .string()
      .optional()
      .describe('The source address that the server saw: `192.0.2.1:3478`, `[2001:db8::1]:3478`.'),
    software: z.string().optional(),
    error: z.strictObject({ code: count, reason: z.string() }).optional(),
  })
  .describe('What a STUN server answered (RFC 8489).')

const quic = z
  .strictObject({ versions: z.array(z.string()).describe('Without reserved versions (RFC 9000 section 15).') })
  .describe('A Version Negotiation packet (RFC 9000 section 17.2.1).')

const sip = z
  .strictObject({
    status: count,
    reason: z.string(),
    server: z.string().optional(),
    allow: z.array(z.string()).optional().describe('Methods.'),
  })
  .describe('The final response to OPTIONS (RFC 3261).')

const coap = z
  .strictObject({ messageId: count })
  .describe('The Reset message that answers a CoAP ping (RFC 7252 section 4.3).')

const request = z.strictObject({
  question: count.describe('From 0.'),
  attempt: count.describe('Among the requests of its question, from 0.'),
  target: z.string(),
  local: z.string().describe('Our address.'),
  size: count.describe('Bytes.'),
  at: z.string().describe('When it was sent: ISO 8601, UTC.'),
  fate: z.enum(['answered', 'askedAgain', 'late', 'unreachable', 'refused', 'silent', 'unfinished']),
  rttMs: ms.optional().describe('To its answer, in time or late.'),
  length: count.optional().describe('Bytes of its answer.'),
  offsetMs: ms.optional().describe('As in `ntp`.'),
  delayMs: ms.optional().describe('As in `ntp`.'),
  because: z.enum(['caseNotKept']).optional().describe('Why another request followed.'),
  error: z.string().optional().describe('The name of the error of an ICMP message or of our kernel.'),
})

const dnsSize = z.strictObject({
  bufsize: count.describe('Largest answer that was asked for: the UDP payload size of EDNS. 0: no EDNS.'),
  requests: count,
  fate: z
    .enum(['answered', 'askedAgain', 'late', 'unreachable', 'refused', 'silent', 'unfinished'])
    .describe('Of the request that was answered, else of the last one.'),
  length: count.optional().describe('Bytes of the answer.'),
  tc: z.boolean().optional().describe('Whether the server cut it.'),
})

const expectation = z.strictObject({
  expr: z.string(),
  actual: z
    .union([z.number(), z.string()])
    .optional()
    .describe(
      'The first observed value that does not hold, else the last. A duration is milliseconds. Long texts are cut.',
    ),
  passed: z.boolean(),
  reason: z.string().optional().describe('Why it does not hold.'),
})

const warning = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  evidence: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})

export const querySchema = z
  .strictObject({
    schema: z.literal('udptool/query/1'),
    command: z.string(),
    service: z.enum(['dns', 'ntp', 'stun', 'quic', 'sip', 'coap', 'message']),
    tool: z.strictObject({ name: z.literal('udptool'), version: z.string() }),
    host: z.strictObject({ os: z.string(), kernel: z.string(), node: z.string(), cpus: count }),
    target: z
      .strictObject({
        address: z.string(),
        port: count,
        family: z.enum(['udp4', 'udp6']),
        name: z.string().optional(),
      })
      .describe('The address that answered last; without an answer the one that was tried last.'),
    options: z.record(z.string(), z.unknown()).describe('The effective options.'),
    startedAt: z.string().describe('ISO 8601, UTC.'),
    durationMs: ms,
    interrupted: z.boolean(),
    ledger: z.strictObject({
      requests: count,
      sent: count.describe('requests − refused.'),
      fates,
    }),
    arrivals: z
      .strictObject({
        answers: count.describe('Datagrams from the target that answer a request, in time or late.'),
        duplicates: count.describe('Further copies of answers.'),
        unmatched: count.describe('Datagrams from the target that answer no request.'),
        malformed: count.describe('Datagrams from the target that are none of the protocol.'),
        foreign: count.optional().describe('Datagrams from other addresses. Absent: they could not be observed.'),
      })
      .describe('All datagrams that came to the ports of the requests.'),
    foreignSources: z
      .array(
        z.strictObject({
          from: z.string(),
          count,
          answers: count.describe(
            'How many of them would answer a request if the target had sent them. None is taken.',
          ),
        }),
      )
      .describe('The first addresses that datagrams came from, other than the target.'),
    reply: reply.optional(),
    rttMs: ms.optional().describe('The longest round trip of an answer in time.'),
    dns: dns.optional(),
    ntp: ntp.optional(),
    stun: stun.optional(),
    quic: quic.optional(),
    sip: sip.optional(),
    coap: coap.optional(),
    requests: z.array(request),
    dnsSizes: z
      .array(dnsSize)
      .optional()
      .describe('Which sizes of answers arrive: questions after the run, in no ledger. Absent: none were asked.'),
    expectations: z.array(expectation),
    warnings: z.array(warning),
    verdict: z.enum(['pass', 'fail']),
    reason: z.string().optional().describe('Why it failed, in one line. Absent if it passed.'),
  })
  .describe('The result of a question to a UDP service.')
