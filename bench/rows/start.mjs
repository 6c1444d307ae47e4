// Time from the command line to the exit.
import { run, UDPTOOL } from '../programs.mjs'

export function startRows() {
  return [
    row('udptool --version, start to end', [UDPTOOL, '--version'], { most: 1.5 }),
    row('send --self --count 1, start to end', [UDPTOOL, 'send', '--self', '--count', '1', '--linger', '0s', '--json']),
  ]
}

function row(name, args, target) {
  return {
    name,
    against: 'node -e 0',
    unit: 's',
    target,
    needs: [],
    async measure() {
      return { ours: await seconds(args), theirs: await seconds(['-e', '0']) }
    },
  }
}

async function seconds(args) {
  const began = performance.now()
  await run(process.execPath, args)
  return (performance.now() - began) / 1000
}
