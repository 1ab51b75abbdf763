import httpx

UPSTREAM = 'https://api.example.com/v1'


async def forward(request):
    key = request.headers.get('Authorization')
    async with httpx.AsyncClient() as client:
        return await client.get(UPSTREAM, headers={'Authorization': key})
