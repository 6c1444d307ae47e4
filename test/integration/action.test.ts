import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT, start } from '../helpers/child.ts'
import { temporaryFolder } from '../helpers/tools.ts'

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>
  readonly runs: {
    readonly using: string
    readonly steps: readonly {
      readonly shell: string
      readonly env: Readonly<Record<string, string>>
      readonly run: string
    }[]
  }
}

const action = parse(readFileSync(`${ROOT}action.yml`, 'utf8')) as Action
const [step] = action.runs.steps

/** Runs the step as GitHub does: each input in a variable, in a shell that ends at the first error. */
async function act(inputs: Readonly<Record<string, string>>, { path = ROOT, cwd = ROOT } = {}) {
  if (step === undefined) throw new Error('the action has no step')
  const env = Object.entries(step.env).map(([name, value]) => {
    const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(value)?.[1] ?? ''
    return [name, inputs[input] ?? action.inputs[input]?.default ?? '']
  })
  const given = { ...Object.fromEntries(env), GITHUB_ACTION_PATH: path }
  return start(step.shell, ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], { env: given, cwd }).finished
}

describe('the GitHub Action', () => {
  test('is composite, and passes each input as a variable', () => {
    expect(action.runs.using).toBe('composite')
    expect(Object.values(step?.env ?? {}).toSorted()).toEqual(
      Object.keys(action.inputs)
        .map(name => `\${{ inputs.${name} }}`)
        .toSorted(),
    )
    // An input in the text of a script would be executed.
    expect(step?.run).not.toContain('${{')
  })

  test('without inputs checks the machine that it runs on', async () => {
    expect(await act({})).toMatchObject({ code: 0, stdout: expect.stringMatching(/✓ pass · \d+ of \d+ checks passed/) })
  })

  test('without inputs runs udptool.yaml of the working directory, and --self-test the checks of the machine', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'udptool.yaml'), 'checks: [{ name: one, serve: {}, count: 1, timeout: 20s }]')
    expect(await act({}, { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^running udptool\.yaml of this folder; .*\n[^]*✓ pass · 1 of 1 check passed\n$/),
    })
    expect(await act({ args: '--self-test' }, { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^(?!running)[^]*65507/),
    })
  })

  test('passes arguments to udptool, and returns its exit status', async () => {
    const file = join(temporaryFolder(), 'checks.yaml')
    writeFileSync(file, 'checks: [{ name: one, serve: {}, count: 1, timeout: 20s }]')
    expect(await act({ file, args: '--quiet --format json' })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\{\n {2}"schema": "udptool\/check\/1"/),
    })
    expect(await act({ args: '--nonsense' })).toMatchObject({ code: 2 })
  })

  test('does not execute the content of an input', async () => {
    const { code, stderr } = await act({ args: '--format=$(echo)' })
    expect(code).toBe(2)
    expect(stderr).toContain('$(echo)')
  })

  test('installs and runs the requested version', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'bin'))
    // Replaces npm: prints its arguments, and installs a udptool that prints its own.
    const npm = `#!/bin/sh
echo "npm $*" >&2
prefix=$5
mkdir -p "$prefix/node_modules/udptool/bin"
echo 'console.log(JSON.stringify(process.argv.slice(2)))' > "$prefix/node_modules/udptool/bin/udptool.js"
`
    writeFileSync(join(folder, 'bin/npm'), npm)
    chmodSync(join(folder, 'bin/npm'), 0o755)
    const path = process.env['PATH'] ?? ''
    process.env['PATH'] = `${join(folder, 'bin')}:${path}`
    try {
      const { code, stdout, stderr } = await act({ version: '1.2.3', file: 'my checks.yaml', args: '--tag smoke' })
      expect({ code, stdout }).toEqual({ code: 0, stdout: '["check","my checks.yaml","--tag","smoke"]\n' })
      expect(stderr).toMatch(/^npm install .* udptool@1\.2\.3\n/)
    } finally {
      process.env['PATH'] = path
    }
  })
})
