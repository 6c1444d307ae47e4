import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Spool } from '../../../../src/runs/tcp-serve/spool.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

async function content(spool: Spool): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of spool.read()) {
    expect(piece.length).toBeLessThanOrEqual(64 * 1024)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

test.each([0, 1, 65_536, 65_537, 1_000_000])('%i bytes are read as written', async size => {
  const bytes = Uint8Array.from({ length: size }, (_, n) => (n * 31) ^ (n >> 8))
  const spool = new Spool()
  for (let at = 0; at < size; at += 10_000) await spool.write(bytes.slice(at, at + 10_000))
  expect(spool.size).toBe(size)
  expect(Buffer.compare(await content(spool), bytes)).toBe(0)
  await spool.close()
})

test('for any pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(40_000), { maxLength: 5 }), async sizes => {
      const spool = new Spool()
      const pieces = sizes.map((size, n) => new Uint8Array(size).fill(n + 1))
      for (const piece of pieces) await spool.write(piece)
      expect(Buffer.compare(await content(spool), Buffer.concat(pieces))).toBe(0)
      await spool.close()
    }),
    { numRuns: 30 },
  )
})

test('long data is in a file without a name', async () => {
  const folder = temporaryFolder()
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const spool = new Spool()
  await spool.write(new Uint8Array(100_000))
  expect(tmpdir()).toBe(folder)
  expect(readdirSync(folder)).toEqual([])
  expect((await content(spool)).length).toBe(100_000)
  await spool.close()
})
