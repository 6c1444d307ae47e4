import { parseChoice } from '../../base/choice.ts'
import { withOperands } from '../../report/manual/outline.ts'
import { EXIT } from '../exit.ts'
import { outlineOf } from '../outline.ts'
import { write } from '../output/streams.ts'
import type { Subcommand } from '../subcommand.ts'

/** Each script is loaded only on use. */
const RENDERERS = {
  bash: async () => (await import('../../report/manual/completion/bash.ts')).bashCompletion,
  zsh: async () => (await import('../../report/manual/completion/zsh.ts')).zshCompletion,
  fish: async () => (await import('../../report/manual/completion/fish.ts')).fishCompletion,
} as const

const SHELLS = ['bash', 'zsh', 'fish'] as const

const HELP = `
Examples:
  source <(udptool completion bash)      in ~/.bashrc
  source <(udptool completion zsh)       in ~/.zshrc, after compinit
  udptool completion fish | source       in ~/.config/fish/config.fish`

export const COMPLETION: Subcommand = {
  name: 'completion',
  about: 'print a completion script for your shell',
  operand: [['<shell>', 'bash, zsh or fish']],
  options: {},
  help: HELP,
  prepare([word = ''], options, command) {
    const shell = parseChoice(word, 'the shell', SHELLS)
    return {
      async run() {
        const render = await RENDERERS[shell]()
        const { LESSONS } = await import('../../lab/lessons.ts')
        const { ALL } = await import('../../lab/choose.ts')
        const operands = new Map<string, readonly string[] | 'command'>([
          ['udptool lab', [...LESSONS.map(({ id }) => id), ALL]],
          ['udptool completion', SHELLS],
          ['udptool exec', 'command'],
        ])
        const script = render(withOperands(outlineOf(command.parent ?? command), operands))
        await write(process.stdout, options['json'] === true ? `${JSON.stringify({ shell, script })}\n` : script)
        return EXIT.done
      },
    }
  },
}
