import { describe, expect } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { cases } from '../helpers/cases.ts'
import { openPath, requireNamespaces } from '../helpers/namespace.ts'
import { PORT, warningOf, send } from '../helpers/path-run.ts'
import { runHosted } from '../helpers/udptool.ts'
import { shell } from '../helpers/shell.ts'
import { codes } from '../helpers/warnings.ts'

const kernel = await builtKernelEngine()

describe.runIf(kernel !== undefined && requireNamespaces())('warnings about a router', () => {
  cases([
    {
      fault: 'C13',
      what: 'a router rejects the first probe as too big, and our own kernel fragments the others',
      before: 'icmpRateLimited: the rest most likely met the same',
      right: 'coldPath: one probe, and the others passed',
      shows: async () => {
        const path = openPath(1400)
        await path.server.serve('--host', '10.2.0.1', '--port', PORT)
        const run = await send(path, '10.2.0.1', '--size', '1472', '--count', '20', '--window', '1')
        expect(codes(run.json())).toEqual(['coldPath'])
        expect(warningOf(run, 'coldPath')?.evidence).toEqual({ size: 1472, lost: 1, passed: 19, mtu: 1400 })
        expect(warningOf(run, 'coldPath')?.message).not.toContain('most likely')
      },
    },
    {
      fault: 'C14',
      what: 'a router clears the DSCP',
      before: '"DSCP was changed … so what treats 0 specially"',
      right: 'the old and the new value',
      shows: async () => {
        const path = openPath()
        await path.server.serve('--host', '10.2.0.1', '--port', PORT)
        path.router.filter(`table ip t {
          chain c {
            type filter hook forward priority 0
            udp dport ${PORT} ip dscp set cs0
          }
        }`)
        const run = await send(path, '10.2.0.1', '--count', '10', '--dscp', 'ef')
        expect(warningOf(run, 'dscpChanged')?.message).toContain('10 probes left with ef (46) and arrived with 0.')
        expect(warningOf(run, 'dscpChanged')?.message).not.toContain('specially')
      },
    },
  ])
})

cases([
  {
    fault: 'C14',
    what: '--ttl 300',
    before: '"write 10 or 21"',
    right: 'a number from 1 to 255',
    shows: async () => {
      const { code, stderr } = await runHosted(['send', '--self', '--ttl', '300'])
      expect(code).toBe(2)
      expect(stderr).toBe('udptool: --ttl cannot be "300": the most is 255 — write a number from 1 to 255\n')
    },
  },
  {
    fault: 'C14',
    what: 'a run with 10 % of loss against one without',
    before: '"expected 20 %, got 3.42 points"',
    right: 'percentage points',
    shows: async () => {
      const { stdout } = await shell(`U send --self --count 200 --interval 100us --json > a.json
U exec --up drop=10% --seed 3 -- "$NODE" "$PROGRAM" send --count 200 --interval 100us --timeout 200ms --json > b.json
U diff a.json b.json`)
      expect(stdout).toMatch(/loss.*percentage points/u)
      expect(stdout).not.toMatch(/[\d.] points/u)
    },
  },
])
