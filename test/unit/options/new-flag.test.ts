import { describe, expect, test, vi } from 'vitest'
import type { OptionTable } from '../../../src/options/option.ts'
import { failure } from '../../helpers/refused.ts'

/** One additional row in the table of `send`, and nothing else. */
vi.mock(import('../../../src/runs/send/options.ts'), async original => {
  const module = await original()
  const { usage } = await import('../../../src/base/error.ts')
  const madeUp = {
    form: '--made-up <n>',
    about: 'how many are made up',
    default: 3,
    group: 'Probes:',
    choices: ['3', '4'],
    parse(value: number | string, flag: string): number {
      if (/^\d$/u.test(String(value))) return Number(value)
      throw usage(`${flag} cannot be "${value}": it is one digit`, `write ${flag} 3`)
    },
  }
  const PROBE_OPTIONS = { ...module.PROBE_OPTIONS, madeUp }
  return { ...module, PROBE_OPTIONS, SEND_OPTIONS: { ...module.SEND_OPTIONS, ...PROBE_OPTIONS } }
})

const { createProgram } = await import('../../../src/cli/program.ts')
const { outlineOf } = await import('../../../src/cli/outline.ts')
const { everyCommand } = await import('../../../src/report/manual/outline.ts')

function outline() {
  const program = outlineOf(createProgram(() => {}))
  const command = everyCommand(program).find(({ path }) => path === 'udptool send')
  if (command === undefined) throw new Error('no udptool send')
  return { program, command }
}

describe('a flag that is only a row of a table is', () => {
  test('in --help, under its heading', () => {
    const help = createProgram(() => {})
      .commands.find(command => command.name() === 'send')
      ?.helpInformation()
    expect(help).toMatch(/\nProbes:\n(?: .*\n)* {2}--made-up <n> +how many are made up \(default 3\)\n/u)
  })

  test('in the manual page', async () => {
    const { renderManPage } = await import('../../../src/report/manual/man-page.ts')
    const { program, command } = outline()
    const page = renderManPage(command, { program, version: '1', date: '2026-01-01' })
    expect(page).toContain('.B \\-\\-made\\-up <n>\nhow many are made up (default 3)\n')
  })

  test.each(['bash', 'zsh', 'fish'] as const)('in the completion of %s, with its words', async shell => {
    const { bashCompletion } = await import('../../../src/report/manual/completion/bash.ts')
    const { zshCompletion } = await import('../../../src/report/manual/completion/zsh.ts')
    const { fishCompletion } = await import('../../../src/report/manual/completion/fish.ts')
    const script = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell](outline().program)
    expect(script).toMatch(/made-up/u)
    expect(script).toMatch(/3 4/u)
  })

  test('in the JSON Schema of check files', async () => {
    const { checkFileSchema } = await import('../../../src/jobs/check/file-schema.ts')
    const { checkFileJsonSchemaOf } = (await import(`${import.meta.dirname}/../../../scripts/schema.mjs`)) as {
      checkFileJsonSchemaOf: (schema: typeof checkFileSchema) => object
    }
    expect(JSON.stringify(checkFileJsonSchemaOf(checkFileSchema))).toContain(
      '"madeUp":{"description":"how many are made up (default 3)","type":["string","number"]}',
    )
  })

  test('a key of check files, and a mistake in it has its place', async () => {
    const { planSuite } = await import('../../../src/jobs/check/suite-plan.ts')
    const { readYaml } = await import('../../../src/jobs/yaml-source.ts')
    const plan = (text: string) => planSuite(readYaml('a.yaml', text))
    expect(plan('checks: [{ name: a, serve: {}, madeUp: 4 }]').checks).toHaveLength(1)
    const error = failure(() => plan('checks: [{ name: a, serve: {}, madeUp: many }]'))
    expect([error.message, error.hint]).toEqual([
      'a.yaml:1:40: madeUp cannot be "many": it is one digit',
      'write madeUp 3',
    ])
    expect(failure(() => plan('checks: [{ name: a, serve: {}, madeUpp: 4 }]')).hint).toBe('did you mean madeUp?')
  })

  test('an option of the library', async () => {
    const { checkOptions } = await import('../../../src/base/options.ts')
    const { SEND_REQUEST } = await import('../../../src/runs/send/send.ts')
    expect(() => checkOptions({ madeUp: 4 }, SEND_REQUEST, 'send')).not.toThrow()
    expect(failure(() => checkOptions({ madeUp: true }, SEND_REQUEST, 'send')).message).toContain('a text or a number')
  })

  test('read by its parser, and in the plan by its name', async () => {
    const { SEND_OPTIONS } = await import('../../../src/runs/send/options.ts')
    const { planSend } = await import('../../../src/runs/send/plan.ts')
    const { parseOptions } = await import('../../../src/options/parse-options.ts')
    const table: OptionTable = SEND_OPTIONS
    expect(parseOptions(table, {})['madeUp']).toBe(3)
    expect(parseOptions(table, { madeUp: '4' })['madeUp']).toBe(4)
    const raw = { count: 1, madeUp: 'many' }
    const error = failure(() => planSend(raw))
    expect([error.message, error.option]).toEqual(['--made-up cannot be "many": it is one digit', 'madeUp'])
  })
})
