import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { openPath, requireNamespaces } from '../helpers/namespace.ts'
import { fates, PORT, send } from '../helpers/path-run.ts'
import { startPeer } from '../helpers/peers.ts'
import { runHosted } from '../helpers/udptool.ts'

const kernel = await builtKernelEngine()

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'udptool-counters-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

interface Row {
  readonly copies?: number
}

describe('a count that does not fit its column', () => {
  cases([
    {
      fault: 'A13',
      what: 'a server answers each of two probes 400 times',
      before: 'copies: 255 of 399, and sums that disagree',
      right: '399 copies of each, 798 in total, in every field, also from the journal',
      shows: async () => {
        await using server = await startPeer('repeated_echo', ['400'])
        const journal = join(folder(), 'run.journal')
        const rows = join(folder(), 'rows.ndjson')
        const run = await runHosted(
          `send --to ${server.at} --size 200,300 --interval 5ms --timeout 1s --linger 2s --json`
            .split(' ')
            .concat('--count', '2', '--journal', journal, '--format', `ndjson=${rows}`),
        )
        const again = await runHosted(['report', journal, '--json'])
        for (const { ledger, sizes, duplication } of [run.json(), again.json()]) {
          expect(ledger).toMatchObject({ scheduled: 2, replies: 2, duplicates: 798, received: 800 })
          expect(sizes.map(size => size.ledger.duplicates)).toEqual([399, 399])
          expect(sizes.map(size => size.ledger.received)).toEqual([400, 400])
          // RFC 5560: copies beyond the first, over the packets that arrived.
          expect(duplication.fraction).toBe(399)
        }
        const copies = readFileSync(rows, 'utf8')
          .trimEnd()
          .split('\n')
          .flatMap(line => (JSON.parse(line) as Row).copies ?? [])
        expect(copies).toEqual([399, 399])
      },
    },
  ])
})

describe.runIf(kernel !== undefined && requireNamespaces())('a figure that was not observed', () => {
  cases([
    {
      fault: 'A14',
      what: 'half of the small probes, which have no receipts, are lost, and no large ones',
      before: 'loss.forward: 0',
      right: 'absent for the small size and for the run, 0 for the large size',
      shows: async () => {
        const path = openPath()
        await path.server.serve('--host', '10.2.0.1', '--port', PORT)
        path.router.filter(`table inet t {
          counter c { }
          chain c {
            type filter hook forward priority 0
            udp dport ${PORT} udp length 28 numgen inc mod 2 == 0 counter name c drop
          }
        }`)
        const run = await send(path, '10.2.0.1', '--size', '20,200', '--count', '40', '--interval', '2ms')
        const { loss, sizes, evidence } = run.json()
        expect(evidence.receipts).toBe('whole')
        expect(fates(run)).toEqual({ intact: 30, lostUnknown: path.router.counted('c') })
        const [small, large] = sizes
        for (const part of [loss, small?.loss]) {
          expect(part).toMatchObject({ count: 10, unknown: 10 })
          expect(part).not.toHaveProperty('forward')
          expect(part).not.toHaveProperty('return')
        }
        expect(large?.loss).toMatchObject({ count: 0, forward: 0, return: 0, unknown: 0 })
      },
    },
  ])
})
