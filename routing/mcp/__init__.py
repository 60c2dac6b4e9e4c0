"""Tools of MCP servers. Which servers there are is said by the file MCP_CONFIG alone, in the usual
`mcpServers` shape: never by a form, because a server on this machine is a program that is started.

The official SDK is imported when the first server is asked, as it takes tens of megabytes.
"""
