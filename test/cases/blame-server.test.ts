import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { ROOT, start } from '../helpers/child.ts'
import type { ResultDocument } from '../helpers/document.ts'
import { startEcho } from '../helpers/peers.ts'
import { HOSTED, runHosted, startServe } from '../helpers/udptool.ts'
import { codes, onlyWarning, warnings } from '../helpers/warnings.ts'

const FAST = ['--interval', '5ms', '--timeout', '2s', '--json']

/** Starts test/helpers/peers/selective_echo.py. */
async function selectiveEcho(
  ...args: readonly string[]
): Promise<AsyncDisposable & { readonly at: string; readonly other: string }> {
  const child = start('python3', [`${ROOT}test/helpers/peers/selective_echo.py`, ...args])
  const [, port = '', other = ''] = await child.waitFor('stdout', /^(\d+) (\d+)\n/)
  return {
    at: `127.0.0.1:${port}`,
    other: `127.0.0.1:${other}`,
    [Symbol.asyncDispose]: async () => await child[Symbol.asyncDispose](),
  }
}

async function sent(to: string, ...args: readonly string[]): Promise<ResultDocument> {
  return (await runHosted(['send', '--to', to, ...FAST, ...args])).json()
}

describe('losses at the server are not attributed to the path', () => {
  cases([
    {
      fault: 'C6',
      what: 'mtu on loopback, to a server that ignores more than 1000 bytes',
      before: 'path 1028, a black hole',
      right: 'no path MTU and no black hole is reported; mtu>=1028 passes, mtu>=1400 does not',
      shows: async () => {
        await using server = await selectiveEcho('--max-size', '1000')
        const run = await runHosted([
          'mtu',
          server.at,
          '--timeout',
          '1s',
          '--expect',
          'mtu>=1028',
          '--expect',
          'mtu>=1400',
          '--json',
        ])
        const { mtu, expectations } = run.json()
        expect(mtu).toMatchObject({ payload: 1000, state: 'complete' })
        for (const name of ['path', 'blackHole', 'forward', 'return']) expect(mtu).not.toHaveProperty(name)
        expect(expectations.map(({ passed }) => passed)).toEqual([true, false])
      },
    },
    {
      fault: 'C6',
      what: 'send to a server that ignores more than 1000 bytes',
      before: 'a black hole: the path does not carry IP packets of 2028 bytes',
      right: 'most likely the server ignores large datagrams',
      shows: async () => {
        await using server = await selectiveEcho('--max-size', '1000')
        for (const sizes of ['500,2000', '2000']) {
          const { code, message } = onlyWarning(await sent(server.at, '--size', sizes, '--count', '8'))
          expect(code).toBe('largeLost')
          expect(message).toContain('most likely the server ignores datagrams of that size')
          expect(message).not.toContain('black hole')
        }
      },
    },
    {
      fault: 'C5',
      what: 'the first probe of 1400 bytes is lost, on loopback',
      before: 'coldPath',
      right: 'no warning: the path MTU was known',
      shows: async () => {
        await using server = await selectiveEcho('--skip', '1')
        const result = await sent(server.at, '--size', '1400', '--count', '40')
        expect(result.ledger.fates).toEqual({ intact: 39, lostUnknown: 1 })
        expect(codes(result)).toEqual([])
      },
    },
    {
      fault: 'C7',
      what: 'a server that decodes datagrams as text',
      before: 'textDecodingServer',
      right: 'textDecodingServer, with the decoder',
      shows: async () => {
        await using server = await startEcho('--mode', 'strupper')
        const result = await sent(server.at, '--size', '1000', '--count', '20', '--payload', 'binary')
        expect(warnings(result).find(({ code }) => code === 'textDecodingServer')?.message).toMatch(/UTF-8|Latin-1/u)
      },
    },
    {
      fault: 'C11',
      what: 'one of 16 clients has no replies',
      before: 'nothing',
      right: 'a warning with its port and the losses of the others',
      shows: async () => {
        await using server = await selectiveEcho('--ignore-peer', '7')
        const result = await sent(server.at, '--clients', '16', '--count', '10')
        const unanswered = result.clients.filter(({ ledger }) => ledger.fates['intact'] === 0)
        expect(unanswered).toHaveLength(1)
        const found = warnings(result).find(({ code }) => code === 'flowsDiffer')
        expect(found?.message).toContain(
          `1 of 16 flows loses everything: source port ${unanswered[0]?.port}; the others lose nothing: the server`,
        )
      },
    },
    {
      fault: 'C11',
      what: 'half of the replies come from another address',
      before: 'nothing',
      right: 'a warning with that address',
      shows: async () => {
        await using server = await selectiveEcho('--other')
        const result = await sent(server.at, '--count', '40')
        expect(result.ledger.fates).toEqual({ intact: 20, lostUnknown: 20 })
        expect(onlyWarning(result)).toMatchObject({
          code: 'wrongReplyAddress',
          evidence: { from: server.other, count: 6, asked: 12 },
        })
      },
    },
    {
      fault: 'C11',
      what: 'all probes are lost, and the stray check after the run is answered',
      before: 'nothing',
      right: 'a warning that the server answers, and how the two differ',
      shows: async () => {
        await using server = await selectiveEcho('--ignore-peer', '1')
        const result = await sent(server.at, '--count', '5')
        const { code, message } = onlyWarning(result)
        expect(code).toBe('onlyStrayAnswered')
        expect(message).toContain(`its source port (theirs was ${result.clients[0]?.port})`)
      },
    },
    {
      fault: 'C11',
      what: 'replies withheld by a rate cap',
      before: 'nothing',
      right: 'a warning with their number, and that the network did not lose them',
      shows: async () => {
        await using server = await startServe(['--max-rate-per-source', '10pps'], HOSTED)
        const result = await sent(server.at, '--count', '60')
        const withheld = result.ledger.fates['lostServerPolicy'] ?? 0
        expect(withheld).toBeGreaterThan(10)
        expect(warnings(result)[0]).toMatchObject({ code: 'serverCapped', evidence: { count: withheld } })
      },
    },
    {
      fault: 'C11',
      what: 'no warning: clients with similar losses, and a run without losses',
      before: 'nothing',
      right: 'nothing',
      shows: async () => {
        await using server = await selectiveEcho('--skip', '8')
        expect(codes(await sent(server.at, '--clients', '8', '--count', '30'))).toEqual([])
        expect(codes(await sent(server.at, '--clients', '8', '--count', '30'))).toEqual([])
      },
    },
  ])
})
