// 服务的地址，和服务端的 PUBLIC_URL 一样，末尾不带斜杠，例如 https://rencai.example.cn。上线前改成自己的 https 域名，
// 并填进小程序后台的 request 合法域名和业务域名。现在写的这个只在开发者工具里连得上本机的服务。
module.exports = { PUBLIC_URL: "http://127.0.0.1:8000" };
