import { offerTheme } from '../../html/browser/theme.ts'

offerTheme()
