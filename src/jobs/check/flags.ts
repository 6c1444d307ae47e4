import type { Flag } from '../../options/flag.ts'

/** The flags of `udptool check`. */
export const CHECK_FLAGS: readonly Flag[] = [
  { form: '--only <name>', about: 'run the check of this name alone (repeatable)', repeatable: true, group: 'Checks:' },
  { form: '--tag <tag>', about: 'run the checks with this tag (repeatable)', repeatable: true, group: 'Checks:' },
  { form: '--parallel <n>', about: 'checks at once, whatever the file says', group: 'Checks:' },
  {
    form: '--allow-files',
    about: 'let the file name payloads and baselines outside of its own folder',
    group: 'Checks:',
  },
  { form: '--init <target>', about: 'look at a server, and write a check file of what it does', group: 'Checks:' },
]
