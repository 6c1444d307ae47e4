import { expect } from 'vitest'
import { cases, type Case } from '../helpers/cases.ts'
import { startPeer } from '../helpers/peers.ts'
import { runHosted } from '../helpers/udptool.ts'

const COUNT = 12

/** A run to a Python server whose evidence has these false fields. */
function falseEvidence(what: string, before: string, right: string, fields: readonly string[], counts: object): Case {
  return {
    fault: 'A20',
    what,
    before,
    right,
    shows: async () => {
      await using server = await startPeer<{ received: number }>(
        'evidence_server',
        fields.flatMap(field => ['--set', field]),
      )
      const args = [
        '--to',
        server.at,
        '--size',
        '200',
        '--count',
        `${COUNT}`,
        '--window',
        '1',
        '--interval',
        '2ms',
        '--timeout',
        '20s',
        '--json',
      ]
      const run = (await runHosted(['send', ...args, '--expect', 'rttNetwork.p50<1s'])).json()
      expect(await server.stop()).toEqual({ received: COUNT })
      expect(run.ledger).toMatchObject({ scheduled: COUNT, fates: { intact: COUNT } })
      expect(run.evidence.implausible ?? {}).toEqual(counts)
      const warned = run.warnings.filter(({ code }) => code === 'implausibleEvidence')
      expect(warned.map(({ evidence }) => evidence)).toEqual(Object.keys(counts).length === 0 ? [] : [counts])
      const dwellIsTrue = !('dwell' in counts)
      expect(run.rttNetwork?.count ?? 0).toBe(dwellIsTrue ? COUNT : 0)
      expect(run.rttNetwork?.minMs ?? 0).toBeGreaterThanOrEqual(0)
      expect(run.expectations.map(({ passed }) => passed)).toEqual([dwellIsTrue])
    },
  }
}

cases([
  falseEvidence('a server whose fields are all right', 'used', 'used', [], {}),
  falseEvidence(
    'a dwell of 4 s in a round trip of less',
    'rttNetwork −4 s, `<1s` holds',
    'not used, counted',
    ['dwell=4000000000'],
    {
      dwell: COUNT,
    },
  ),
  falseEvidence(
    'a program that read more than its kernel received',
    'believed',
    'not used, counted',
    ['seen=300', 'whole=200'],
    {
      seen: COUNT,
    },
  ),
  falseEvidence('a program that read less than it returned', 'believed', 'not used, counted', ['seen=100'], {
    seen: COUNT,
  }),
  falseEvidence('a fragment larger than the packet', 'evidence.fragment 1500', 'not used, counted', ['fragment=1500'], {
    fragment: COUNT,
  }),
  falseEvidence('a TTL of 0', 'believed', 'counted', ['ttl=0'], { ttl: COUNT }),
  falseEvidence('an arrival in 1970', 'believed', 'not used, counted', ['seconds=0'], { arrival: COUNT }),
  falseEvidence('a count of received probes that does not increase', 'believed', 'counted', ['received=1'], {
    received: COUNT - 1,
  }),
  falseEvidence('more probes received than sent', 'believed', 'counted', ['received=n+1000'], { received: COUNT }),
  falseEvidence('a drop counter that decreases', 'believed', 'counted', ['drops=90-n'], { drops: COUNT - 1 }),
])
