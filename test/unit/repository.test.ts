import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

interface Job {
  readonly strategy: { readonly matrix: { readonly node: readonly number[] } }
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[]
}
interface Workflow {
  readonly permissions: unknown
  readonly jobs: Readonly<Record<string, Job>>
}
interface Form {
  readonly name: string
  readonly description: string
  readonly body: readonly {
    readonly type: string
    readonly id: string
    readonly attributes: { readonly label: string }
  }[]
}

const workflow = parse(read('.github/workflows/ci.yml')) as Workflow
const scripts = (JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> }).scripts
const steps = Object.values(workflow.jobs).flatMap(job => job.steps)

describe('the workflow', () => {
  test('may only read, and pins its actions', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' })
    const actions = steps.flatMap(({ uses }) => uses ?? [])
    expect(actions.length).toBeGreaterThan(0)
    expect(actions.filter(name => !/^actions\/[a-z-]+@[0-9a-f]{40}$/u.test(name))).toEqual([])
  })

  test('runs the test command with every Node version that docs/install.md names', () => {
    const [, versions = ''] = /needs Node ([\d, or]+)\./u.exec(read('docs/install.md')) ?? []
    expect(workflow.jobs['linux']?.strategy.matrix.node).toEqual((versions.match(/\d+/gu) ?? []).map(Number))
    expect(workflow.jobs['linux']?.steps.at(-1)?.run).toBe('.ci/run')
  })
})

test('forms for issues have what GitHub needs', () => {
  for (const name of readdirSync(join(ROOT, '.github/ISSUE_TEMPLATE')).filter(one => one !== 'config.yml')) {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as Form
    expect(
      [form.name, form.description].every(text => text !== ''),
      name,
    ).toBe(true)
    const ids = form.body.map(({ id }) => id)
    expect(new Set(ids).size, name).toBe(ids.length)
    for (const { type, attributes } of form.body) {
      expect(['textarea', 'input'], name).toContain(type)
      expect(attributes.label, name).not.toBe('')
    }
  }
})

const DECISIONS = readdirSync(join(ROOT, 'docs/decisions')).map(name => `docs/decisions/${name}`)

describe.each([
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/performance.md',
  'docs/releasing.md',
  '.github/pull_request_template.md',
  ...DECISIONS,
])('%s', page => {
  const code = [...read(page).matchAll(/`([^`\n]+)`/gu)].map(([, text = '']) => text)

  test('names files that are there', () => {
    const paths = code.filter(text => /^(?:src|test|scripts|docs|bench|fixtures|\.github|\.ci)\/[^ ]*$/u.test(text))
    expect(
      paths.filter(path => !path.includes('NAME') && !path.includes('room') && !existsSync(join(ROOT, path))),
    ).toEqual([])
  })

  test('names scripts that are there', () => {
    const names = code.flatMap(text => /^npm (?:run )?(start|test|(?<=run )[a-z:]+)$/u.exec(text)?.[1] ?? [])
    expect(names.filter(name => !(name in scripts))).toEqual([])
  })
})

test('commands of workflows are there', () => {
  const commands = steps.flatMap(({ run }) => run ?? [])
  expect(commands).toContain('npm start')
  for (const command of commands) {
    const name = /^npm (?:run )?([a-z:]+)$/u.exec(command)?.[1]
    expect(name === undefined ? existsSync(join(ROOT, command)) : name === 'ci' || name in scripts, command).toBe(true)
  }
})
