import { expect, test } from 'vitest'
import { planExec } from '../../../../src/jobs/exec/plan.ts'
import { refused } from '../../../helpers/refused.ts'

test('a server on a free port by default', () => {
  expect(planExec({})).toMatchObject({ server: { sockets: { port: 0, host: '127.0.0.1' } } })
  expect(planExec({})).not.toHaveProperty('relay')
  expect(planExec({ serve: true, port: '9001', mode: 'echo', recvSize: '1024' })).toMatchObject({
    server: { respond: { mode: 'echo' }, sockets: { port: 9001, recvSize: 1024 } },
  })
})

test('a relay in front of it: --relay for both directions, --up and --down after that', () => {
  expect(planExec({ relay: ['drop=5%'], down: ['dup=2%'], seed: '7' }).relay).toMatchObject({
    listen: { host: '127.0.0.1', port: 0 },
    relay: { seed: '7', up: [{ rule: 'drop' }], down: [{ rule: 'drop' }, { rule: 'duplicate' }] },
  })
})

test('a relay in front of a running server', () => {
  expect(planExec({ to: '10.0.0.7:53', up: ['drop=5%'] })).toMatchObject({
    server: { host: '10.0.0.7', port: 53 },
    relay: { to: { host: '10.0.0.7', port: 53 } },
  })
})

test('contradicting options', () => {
  expect(refused(() => planExec({ to: 'x' }))).toContain('so there is nothing to start')
  expect(refused(() => planExec({ to: 'x', up: ['drop=5%'], mode: 'echo' }))).toContain('excludes --mode')
  expect(refused(() => planExec({ to: 'x', up: ['drop=5%'], recvSize: '10' }))).toContain('excludes --recv-size')
  expect(refused(() => planExec({ seed: '7' }))).toContain('--seed is for a relay')
  expect(refused(() => planExec({ truth: 'x.json' }))).toContain('--truth is for a relay')
  expect(refused(() => planExec({ mode: 'ehco' }))).toContain('did you mean echo?')
})
