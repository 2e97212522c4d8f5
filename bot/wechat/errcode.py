"""What WeChat's error codes mean for us: one table, with the sentence staff read and the cure.

https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html and the pages of the single calls
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from bot.wechat.errors import Kind

TOKEN_GONE = frozenset({40001, 40014, 42001})
# The others that say `gone` are of people who follow still: they shut us out, or are none of this account.
NOT_FOLLOWING = frozenset({43004, 50005})
BUSY = -1
# What a code stops: nothing but this call, every call of that API, or the whole account.
Stops = Literal["", "api", "account"]


class Meaning(NamedTuple):
    kind: Kind
    said: str
    cure: str
    stops: Stops = ""


_CONSOLE = "到公众平台（小程序到小程序后台）"
_AGAIN_LATER = "不用处理，稍后自动重发"
_OPEN_AGAIN = "请重新打开小程序或网页"
_OURS = "请把这一行日志交给开发人员"


def _config(said: str, cure: str, stops: Stops = "") -> Meaning:
    return Meaning("config", said, cure, stops)


def _refused(said: str, cure: str) -> Meaning:
    return Meaning("refused", said, cure)


_MEANINGS: dict[int, Meaning] = {
    # busy
    BUSY: Meaning("later", "微信系统繁忙", _AGAIN_LATER),
    45035: _config("本机的出口 IP 不在接口白名单", f"{_CONSOLE}把本机的出口 IP 加进 IP 白名单", "account"),
    # the account, its secret, its token
    40001: _config(
        "微信不认我们的令牌，重取一次也不认",
        "核对 WECHAT_APPID 和 WECHAT_SECRET（小程序是 MINIAPP_）；看看有没有别的系统也在用这个账号",
        "account",
    ),
    40014: _config("微信说令牌不合法，重取一次也不行", "核对 AppID 和 AppSecret 是不是同一个账号的", "account"),
    42001: _config("微信说令牌过期，重取一次也不行", "校准本机时间；再核对 AppID 和 AppSecret", "account"),
    40002: _config("取令牌的方式不对", _OURS, "account"),
    40013: _config("AppID 不对", "照后台“基本配置”里的 AppID 改 WECHAT_APPID（小程序改 MINIAPP_APPID）", "account"),
    40125: _config(
        "AppSecret 不对", "照后台的 AppSecret 改 WECHAT_SECRET（小程序改 MINIAPP_SECRET）；重置过就填新的", "account"
    ),
    40164: _config("本机的出口 IP 不在白名单", f"{_CONSOLE}“基本配置”的 IP 白名单里加上本机的出口 IP", "account"),
    40243: _config("AppSecret 被冻结了", f"{_CONSOLE}解冻 AppSecret", "account"),
    41001: _config("调用时没有带令牌", _OURS, "api"),
    41002: _config("没有带 AppID", "检查 WECHAT_APPID（小程序 MINIAPP_APPID）是不是空着", "account"),
    41004: _config("没有带 AppSecret", "检查 WECHAT_SECRET（小程序 MINIAPP_SECRET）是不是空着", "account"),
    43002: _config("接口要用 POST", _OURS, "api"),
    43003: _config("接口要用 HTTPS", "把 WECHAT_API_BASE 改成 https://api.weixin.qq.com", "account"),
    48001: _config("账号没有这个接口的权限", f"{_CONSOLE}“接口权限”里开通；没认证的先认证", "api"),
    48004: _config("这个接口被微信封禁了", f"{_CONSOLE}看通知，按要求整改后申请解封", "api"),
    50001: _config("账号没有授权这个接口", f"{_CONSOLE}“接口权限”里开通", "api"),
    50002: _config("账号受限，接口被封禁", f"{_CONSOLE}看通知，按要求整改后申请解封", "account"),
    61003: _config("账号没有把接口授权给第三方平台", f"{_CONSOLE}取消第三方平台的授权，或重新授权", "account"),
    61004: _config("本机 IP 没有登记到第三方平台", "改用账号自己的 AppID 和 AppSecret，不经过第三方平台", "account"),
    61007: _config("接口已经授权给第三方平台", f"{_CONSOLE}取消第三方平台的这一项授权", "api"),
    89501: _config("这个 IP 正等管理员确认", "请账号管理员在微信里确认这次调用", "account"),
    89503: _config("这个 IP 要管理员确认", "请账号管理员在微信里确认这次调用", "account"),
    89506: _config("这个 IP 被管理员拒绝，24 小时内不能再试", "请账号管理员把 IP 加进白名单", "account"),
    89507: _config("这个 IP 被管理员拒绝，1 小时内不能再试", "请账号管理员把 IP 加进白名单", "account"),
    # templates and their values
    40037: _config("没有这个模板", f"核对 notices.yaml 里的模板编号；{_CONSOLE}看模板还在不在"),
    41028: _config("表单编号不对或过期", _OURS),
    41029: _config("表单编号已经用过", _OURS),
    41030: _config("小程序里没有这个页面", "核对通知里的 page；新页面要先发布小程序"),
    47003: _refused("模板里有一项的内容不合规定", "照模板核对 notices.yaml 里各项的名字和内容"),
    40165: _config("小程序的页面路径不对", "核对 page，开头不要斜杠"),
    43116: _config("模板已被停用", f"{_CONSOLE}换一个模板，再改 notices.yaml"),
    43117: Meaning("quota", "给同一个人发得太勤", "稍后自动重发；常见的话少发一些"),
    43108: Meaning("quota", "给同一个人发得太勤", "稍后自动重发；常见的话少发一些"),
    # the person
    40003: Meaning("gone", "没有这个人，或他是另一个账号的", "不用处理；大批出现时核对是不是换过 AppID"),
    43004: Meaning("gone", "对方没有关注公众号", "等对方重新关注"),
    43019: Meaning("gone", "对方在黑名单里", f"{_CONSOLE}“用户管理”里移出黑名单"),
    48002: Meaning("gone", "对方关掉了消息接收", "不用处理；对方打开后再发"),
    48003: Meaning("gone", "对方没有关注，或不收消息", "不用处理"),
    50005: Meaning("gone", "对方没有关注公众号", "等对方重新关注"),
    43101: Meaning("consent", "对方没有同意这个模板，或次数用完了", "对方下次来时再请他同意"),
    43107: Meaning("consent", "对方已经拒收这个模板", "对方下次来时再请他同意"),
    45015: Meaning("window", "对方 48 小时内没有说过话，不能发客服消息", "等对方再来，或改用订阅通知"),
    45047: Meaning("window", "给对方的客服消息条数用完了", "等对方再来，或改用订阅通知"),
    # how often
    45009: Meaning(
        "quota",
        "这个接口今天的次数用完了",
        "零点恢复；急用可在公众平台清零（每月 10 次），再运行 ./manage flask wechat resume",
        "api",
    ),
    45011: Meaning("quota", "这个接口一分钟里调用太多", "一分钟后自动继续", "api"),
    # the message
    40004: _refused("媒体文件的类型不对", "图片用 JPG、PNG 或 GIF"),
    40005: _refused("文件的类型不对", "换成微信收的类型"),
    40006: _refused("文件太大", "图片 10 MB、语音 2 MB、视频 10 MB、缩略图 64 KB 以内"),
    40007: _refused("媒体文件已经过期或不存在", "重新上传；微信只留三天"),
    40008: _refused("消息类型不对", _OURS),
    40009: _refused("图片太大", "缩小到 10 MB 以内"),
    40033: _refused("里面有微信不收的字符", "去掉特殊符号再发"),
    40097: _refused("参数不对", _OURS),
    41005: _refused("没有带媒体文件", _OURS),
    41006: _refused("没有带 media_id", _OURS),
    44002: _refused("内容是空的", _OURS),
    44004: _refused("文字是空的", _OURS),
    45001: _refused("文件太大", "图片 10 MB、语音 2 MB、视频 10 MB、缩略图 64 KB 以内"),
    45002: _refused("内容太长", "分成几条发"),
    45003: _refused("标题太长", "缩短标题"),
    45004: _refused("摘要太长", "缩短摘要"),
    45005: _refused("链接太长", "缩短链接"),
    45008: _refused("图文超过一条", "客服图文消息只能有一条"),
    45065: _refused("同一条已经发过", "不用处理"),
    45067: _refused("防重复的编号太长", _OURS),
    45072: _refused("输入状态的指令不对", _OURS),
    45080: _refused("对方还没有发过消息，不能显示输入状态", "不用处理"),
    45081: _refused("已经显示着输入状态", "不用处理"),
    47001: _refused("内容不是微信认得的格式", _OURS),
    61500: _refused("日期写法不对", _OURS),
    87014: _refused("内容含有违规信息", "请对方修改后再提交"),
    # signing in
    40029: Meaning("code", "登录码不对或过期", _OPEN_AGAIN),
    40163: Meaning("used", "登录码已经用过", _OPEN_AGAIN),
    41008: Meaning("code", "没有带登录码", _OPEN_AGAIN),
    40226: Meaning("barred", "微信认为这个用户风险高，不让登录", "请对方改打热线"),
    40039: Meaning("code", "手机号授权的内容不对", "请重新点“获取手机号”"),
    61010: _refused("对方两小时内没有打开过小程序", "请对方打开小程序后再试"),
    # the menu and codes
    46003: _refused("还没有设过菜单", "./manage flask menu push"),
    40053: _refused("二维码的参数不对", _OURS),
}
# The menu's own: 40015 to 40027, and what stands in its buttons.
_MENU = _refused("菜单的某一项不合规定", "照 menu.yaml 核对菜单的层级、名字长短和网址")


def meaning(code: int) -> Meaning:
    """Of every code there is; one we do not know is said by its number."""
    if code in _MEANINGS:
        return _MEANINGS[code]
    if 40015 <= code <= 40028 or code in (40054, 40055):
        return _MENU
    return _refused(f"微信回了没见过的错误码 {code}", "到微信文档查这个错误码")


def codes() -> tuple[int, ...]:
    """Every code of the table, for whoever tests or prints it."""
    return tuple(_MEANINGS)
