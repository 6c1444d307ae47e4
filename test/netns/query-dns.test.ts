import { describe, expect, test } from 'vitest'
import type { QueryDocument } from '../../src/verdict/query/query-document.ts'
import { startUnbound } from '../helpers/name-servers.ts'
import { requireNamespaces, sharedPath, type Host } from '../helpers/namespace.ts'
import { requireTool } from '../helpers/tools.ts'

/** Drops each fragment but the first, as firewalls without reassembly do: its ports are in the first one. */
const NO_FRAGMENTS = `table inet t {
  counter dropped { }
  chain f {
    type filter hook forward priority 0
    ip frag-off & 0x1fff != 0 counter name dropped drop
    frag frag-off != 0 counter name dropped drop
  }
}`

/** Drops every answer, whatever its size. */
const NO_ANSWERS = `table inet t {
  chain f {
    type filter hook forward priority 0
    udp sport 53 drop
  }
}`

const LINES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(
  number => `local-data: 'large.example.org. 300 IN TXT "${number}${'x'.repeat(200)}"'`,
)
const SMALL = 'local-data: "small.example.org. 300 IN TXT x"'

async function ask(client: Host, target: string, name: string, ...args: readonly string[]): Promise<QueryDocument> {
  const run = await client.udptool('query', 'dns', target, '--name', name, '--type', 'TXT', '--json', ...args)
  return run.json() as unknown as QueryDocument
}

const codesOf = ({ warnings }: QueryDocument): readonly string[] => warnings.map(({ code }) => code)

/** What is dropped never comes, and what is not has time on a busy machine. */
const TIMEOUT = ['--timeout', '2s'] as const

describe.runIf(requireNamespaces() && requireTool('unbound'))('a resolver behind a path', () => {
  test('that drops fragments: answers above 1232 bytes do not arrive', async () => {
    const { client, router, server } = sharedPath()
    const targets = await startUnbounds(server)
    router.filter(NO_FRAGMENTS)
    // They wait for their timeouts, so they do it at the same time.
    await Promise.all(targets.flatMap(target => [without(client, target), listed(client, target)]))
    // Each family: at least one fragment of an answer to the question, to both requests after it, and to those of the list.
    expect(router.counted('dropped')).toBeGreaterThanOrEqual(10)
  })

  test('with fragments: the large answer arrives whole', async () => {
    const { client, server } = sharedPath()
    for (const target of await startUnbounds(server)) {
      const document = await ask(client, target, 'large.example.org', '--bufsize', '4096', '--timeout', '20s')
      expect([document.verdict, document.dns?.tc, document.dns?.answers]).toEqual(['pass', false, 10])
      expect(document.reply?.length).toBeGreaterThan(1500)
      expect([codesOf(document), document.dnsSizes]).toEqual([[], undefined])
    }
  })

  test('that drops fragments: small answers arrive', async () => {
    const { client, router, server } = sharedPath()
    const [target] = await startUnbounds(server)
    router.filter(NO_FRAGMENTS)
    const document = await ask(client, target, 'small.example.org', '--bufsize', '4096', '--timeout', '20s')
    expect([document.verdict, codesOf(document), document.dnsSizes]).toEqual(['pass', [], undefined])
  })

  test('that drops all answers: nothing is said of sizes, and nothing is asked where silence is demanded', async () => {
    const { client, router, server } = sharedPath()
    const [target] = await startUnbounds(server)
    router.filter(NO_ANSWERS)
    const args = ['--bufsize', '4096', '--timeout', '500ms'] as const
    const [document, demanded] = await Promise.all([
      ask(client, target, 'large.example.org', ...args),
      ask(client, target, 'large.example.org', ...args, '--expect', 'silent'),
    ])
    expect([document.verdict, codesOf(document)]).toEqual(['fail', []])
    expect(document.dnsSizes).toEqual([{ bufsize: 512, requests: 2, fate: 'silent' }])
    expect(document.reason).toMatch(/^no answer within 500 ms \(1 request\): check that/u)
    expect([demanded.verdict, demanded.dnsSizes]).toEqual(['pass', undefined])
  })
})

/** With IPv4 and with IPv6. Returns their targets. */
async function startUnbounds(server: Host): Promise<readonly [string, string]> {
  const start = async (address: string): Promise<string> =>
    (await startUnbound(server, { address, port: 53 }, [...LINES, SMALL])).at
  return [await start('10.2.0.1'), await start('fd02::1')]
}

const ROW = { requests: expect.any(Number), length: expect.any(Number) }

async function without(client: Host, target: string): Promise<void> {
  const document = await ask(client, target, 'large.example.org', '--bufsize', '4096', ...TIMEOUT)
  expect([document.verdict, document.ledger.fates]).toEqual(['fail', { answered: 0, silent: 1 }])
  expect(document.dnsSizes).toEqual([
    { ...ROW, bufsize: 512, fate: 'answered', tc: true },
    { ...ROW, bufsize: 1232, fate: 'answered', tc: true },
    { bufsize: 4096, requests: 2, fate: 'silent' },
  ])
  for (const { length = 0, bufsize } of document.dnsSizes ?? []) expect(length).toBeLessThanOrEqual(bufsize)
  expect(codesOf(document)).toEqual(['largeAnswersLost'])
  expect(document.warnings[0]?.message).toMatch(/^answers above 1232 bytes do not arrive \(/u)
  expect(document.reason).toMatch(/answers above 1232 bytes do not arrive/u)
}

async function listed(client: Host, target: string): Promise<void> {
  const document = await ask(client, target, 'large.example.org', '--bufsize', '512,1232,4096', ...TIMEOUT)
  expect(document.verdict).toBe('pass')
  expect(document.dnsSizes?.map(({ bufsize, fate, tc }) => [bufsize, fate, tc])).toEqual([
    [512, 'answered', true],
    [1232, 'answered', true],
    [4096, 'silent', undefined],
  ])
  expect(codesOf(document)).toEqual(['truncatedAnswer', 'largeAnswersLost'])
}
