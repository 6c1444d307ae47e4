import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { sendThrough } from '../helpers/impaired.ts'
import { HOSTED, startServe } from '../helpers/udptool.ts'
import { codes, warnings } from '../helpers/warnings.ts'

/** Warnings about damage. The load of this machine may cause other warnings. */
const DAMAGE = ['truncated', 'textDecodingServer']

describe('damage on the path is not attributed to the server', () => {
  cases([
    {
      fault: 'C7',
      what: 'bits are flipped at random in binary payload',
      before: 'the server decodes datagrams as text',
      right: 'no warning about text',
      shows: async () => {
        await using server = await startServe([], HOSTED)
        const { document } = await sendThrough(server.at, {
          seed: 7,
          up: ['corrupt=0.8'],
          send: ['--payload', 'binary', '--size', '1000', '--count', '40', '--interval', '2ms'],
        })
        expect(document.ledger.fates['corrupt']).toBeGreaterThan(20)
        expect(codes(document)).not.toContain('textDecodingServer')
      },
    },
    {
      fault: 'C3',
      what: 'some replies are truncated on the path from server to client',
      before: 'raise the read size of the program that answers',
      right: 'the warning excludes a read size, and the server as the cause',
      shows: async () => {
        await using server = await startServe([], HOSTED)
        const { document } = await sendThrough(server.at, {
          seed: 7,
          down: ['truncate=1024@0.1'],
          send: ['--size', '2000', '--count', '100', '--interval', '2ms'],
        })
        const cut = document.ledger.fates['truncated'] ?? 0
        const [found] = warnings(document).filter(({ code }) => DAMAGE.includes(code))
        expect(found?.message).toMatch(
          new RegExp(`^${cut} of 100 datagrams .* from server to client.* no read size`, 'u'),
        )
        expect(found?.hint).toContain('the server is not the cause')
      },
    },
    {
      fault: 'C3',
      what: 'all replies are truncated on the path from server to client, at a known read size',
      before: 'raise the read size of the program that answers',
      right: 'the hint is about the program that forwards the replies',
      shows: async () => {
        await using server = await startServe([], HOSTED)
        const { document } = await sendThrough(server.at, {
          seed: 7,
          down: ['truncate=1024@1'],
          send: ['--size', '2000', '--count', '10', '--interval', '2ms'],
        })
        const [found] = warnings(document).filter(({ code }) => DAMAGE.includes(code))
        expect(found?.message).toMatch(/^10 datagrams were cut at 1024 bytes on the path from server to client/u)
        expect(found?.hint).toContain('whatever forwards the replies')
      },
    },
    {
      fault: 'C3',
      what: 'unchanged: a server that reads 1024 bytes',
      before: 'the read size of programs that call recvfrom(1024)',
      right: 'the same',
      shows: async () => {
        await using server = await startServe(['--recv-size', '1024'], HOSTED)
        const { document } = await sendThrough(server.at, { seed: 7, send: ['--size', '2000', '--count', '10'] })
        const [found] = warnings(document).filter(({ code }) => DAMAGE.includes(code))
        expect(found?.message).toMatch(/^10 datagrams were cut at 1024 bytes: the read size of/u)
        expect(found?.hint).toMatch(/^raise the read size of the program that answers/u)
      },
    },
  ])
})
