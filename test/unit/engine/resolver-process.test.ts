import { expect, onTestFinished, test } from 'vitest'
import { ResolverProcess } from '../../../src/engine/resolver-process.ts'
import { resolveHost } from '../../../src/engine/resolve.ts'

function startResolver(): ResolverProcess {
  const resolver = new ResolverProcess()
  onTestFinished(() => resolver.close())
  return resolver
}

/** A label of more than 63 characters (RFC 1035 section 2.3.4): the resolver refuses it without a question to anyone. */
const NO_NAME = 'x'.repeat(64)

test('answers many lookups, each its own', async () => {
  const { lookup } = startResolver()
  const hosts = Array.from({ length: 200 }, (_, n) => `127.0.${n}.1`)
  const found = await Promise.all(hosts.map(async host => lookup(host, 0)))
  expect(found).toEqual(hosts.map(address => [{ address, family: 4 }]))
  expect(await lookup('::1', 0)).toEqual([{ address: '::1', family: 6 }])
})

test('a name without an address rejects as a lookup in this process does', async () => {
  const { lookup } = startResolver()
  const error: unknown = await resolveHost(NO_NAME, 4).catch((cause: unknown) => cause)
  await expect(resolveHost(NO_NAME, 4, lookup)).rejects.toMatchObject({
    code: 'resolve',
    message: (error as Error).message,
  })
})

test('after close, lookups without an answer reject, and later ones run in this process', async () => {
  const resolver = startResolver()
  const pending = resolver.lookup(NO_NAME, 0)
  resolver.close()
  await expect(pending).rejects.toMatchObject({ code: expect.stringMatching(/EAI_AGAIN|ENOTFOUND/u) as string })
  expect(await resolver.lookup('127.0.0.1', 0)).toEqual([{ address: '127.0.0.1', family: 4 }])
})
