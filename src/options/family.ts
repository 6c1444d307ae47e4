import type { OptionTable } from './option.ts'
import { given } from './values.ts'

/** Address family to use for a name. In the library this is the option `family`. */
export const FAMILY_OPTIONS = {
  ipv4: { form: '-4, --ipv4', about: 'IPv4 addresses only', absentFrom: 'library', parse: given },
  ipv6: { form: '-6, --ipv6', about: 'IPv6 addresses only', absentFrom: 'library', parse: given },
} satisfies OptionTable
