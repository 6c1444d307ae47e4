import { describe, expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { sendThrough } from '../helpers/impaired.ts'
import { HOSTED, startServe } from '../helpers/udptool.ts'
import { codes, warnings } from '../helpers/warnings.ts'

/** Warnings about damage, whatever else this machine's load brings. */
const DAMAGE = ['truncated', 'textDecodingServer']

describe('damage on the way is not the server’s doing', () => {
  cases([
    {
      fault: 'C7',
      what: 'bits are flipped at random in binary payload',
      before: 'the server decodes datagrams as text',
      right: 'nothing about text',
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
      what: 'a part of the replies is cut on the way back',
      before: 'raise the read size of the program that answers',
      right: 'no read size cuts a part; the server is not the cause',
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
      what: 'all replies are cut on the way back, at a known read size',
      before: 'raise the read size of the program that answers',
      right: 'the read size of what passes the replies on',
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
      what: 'must stay: a server that reads 1024 bytes',
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
