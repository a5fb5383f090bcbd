/** The part of a mail's looks that inline styles cannot say: small screens, and the dark. */
import { DARK_CARD, type MailColors } from './mails-brand.ts'

export const mailStyle = ({ dark }: MailColors) => `

:root{color-scheme:light dark;supported-color-schemes:light dark}
a{text-decoration:underline}
@media only screen and (max-width:520px){
.outer{padding:0!important}
.card{padding:32px 22px 30px!important}
.foot{padding:20px 22px 28px!important}
.test{padding:12px 22px!important}
.title{font-size:25px!important}
.label,.value{display:block!important;width:auto!important;padding-left:0!important;padding-right:0!important}
.label{padding:9px 0 1px!important;border-bottom:0!important}
.value{padding:0 0 10px!important}
.push{width:100%!important}
.push td{display:block!important}
.top{padding-bottom:24px!important}
}
@media (prefers-color-scheme:dark){
.page{background-color:#12161b!important}
.card{background-color:${DARK_CARD}!important}
.top{border-top-color:${dark.line}!important}
.top.bad{border-top-color:#d98383!important}
.ink,.ink a{color:#eef1f4!important}
.soft{color:#a9b4c0!important}
.label,.value,.rule,.said{border-color:#333c46!important}
.link,.link a{color:${dark.link}!important}
.push td{background-color:${dark.button}!important}
.push a{color:${dark.onButton}!important}
.logo{background-color:#e9edf1!important;padding:10px 14px!important;border-radius:6px!important}
.shot{background-color:#0d1013!important}
.shot img{color:#a9b4c0!important}
.test{background-color:#4a3a10!important;color:#ffe3a1!important;border-color:#6a5520!important}
}
[data-ogsc] .ink,[data-ogsc] .ink a{color:#eef1f4!important}
[data-ogsc] .soft{color:#a9b4c0!important}
[data-ogsc] .link,[data-ogsc] .link a{color:${dark.link}!important}
`
