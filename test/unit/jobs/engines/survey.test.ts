import { expect, test, vi } from 'vitest'
import { checkedLibc } from '../../../../src/engine/kernel/trial/checked-libc.ts'
import { surveyEngines } from '../../../../src/jobs/engines/survey.ts'
import { enginesSchema } from '../../../../src/schema/engines.ts'
import type { EngineEntry } from '../../../../src/verdict/engines.ts'
import { kernelMissing, testLibc } from '../../engine/kernel/kernel.ts'

vi.mock(import('../../../../src/engine/kernel/trial/checked-libc.ts'))

const KOFFI_MISSING = { missing: 'the optional package koffi cannot be loaded' } as const
const ENOPROTOOPT = 92
const SOL_UDP = 17
const UDP_GRO = 104

function withLibc(loaded: ReturnType<typeof checkedLibc>): void {
  vi.mocked(checkedLibc).mockReturnValue(loaded)
}

/** By capability: true, or the reason why it is missing. */
function worksOf({ capabilities }: EngineEntry): Record<string, true | string | undefined> {
  return Object.fromEntries(capabilities.map(({ name, works, missing }) => [name, works || missing]))
}

test('without a kernel engine its reason is given, its capabilities are absent, and auto takes the other engine', async () => {
  withLibc(KOFFI_MISSING)
  const document = await surveyEngines()
  expect(enginesSchema.parse(document)).toEqual(document)
  expect(document.auto).toBe('dgram')
  expect(document.engines[0]).toEqual({ name: 'kernel', works: false, ...KOFFI_MISSING, capabilities: [] })
  expect(document.engines[1]).toMatchObject({ name: 'dgram', works: true })
})

test('capabilities that node:dgram lacks have a reason', async () => {
  withLibc(KOFFI_MISSING)
  const { engines } = await surveyEngines()
  const works = Object.assign({}, ...engines.map(worksOf)) as Record<string, true | string | undefined>
  expect(works).toEqual({
    truncation: expect.stringMatching(/cuts it then/),
    tos: expect.stringMatching(/cannot set the TOS byte/),
    timestamps: expect.stringMatching(/program takes the time/),
    drops: process.platform === 'linux' ? true : expect.stringMatching(/drop counter/),
    errorQueue: expect.stringMatching(/ECONNREFUSED/),
    reusePort: expect.stringMatching(/one thread/),
    df: expect.stringMatching(/don’t-fragment/),
  })
})

test.skipIf(kernelMissing)('a kernel that refuses one option lacks only that capability', async () => {
  const libc = testLibc()
  withLibc({
    libc: {
      ...libc,
      setsockopt: (fd, level, option, value) =>
        level === SOL_UDP && option === UDP_GRO ? -ENOPROTOOPT : libc.setsockopt(fd, level, option, value),
    },
  })
  const document = await surveyEngines()
  expect(enginesSchema.parse(document)).toEqual(document)
  expect(document.auto).toBe('kernel')
  const { trainsIn, ...others } = worksOf(document.engines[0] ?? { name: 'kernel', works: false, capabilities: [] })
  expect(trainsIn).toBe('messages: 4 where 1 was due')
  expect(Object.keys(others).length).toBe(14)
  expect(Object.values(others).every(works => works === true)).toBe(true)
})

test.skipIf(kernelMissing)('the benefit of each capability has the same text for both engines', async () => {
  withLibc({ libc: testLibc() })
  const { engines } = await surveyEngines()
  const gives = new Map(engines[0]?.capabilities.map(one => [one.name, one.gives]))
  for (const { name, gives: said } of engines[1]?.capabilities ?? []) expect(said).toBe(gives.get(name))
  for (const said of gives.values()) expect(said).toMatch(/^\S.{20,60}[^.]$/)
})
